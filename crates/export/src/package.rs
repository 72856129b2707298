//! What is said about the tables: `run.json` and `datapackage.json`.

use std::collections::BTreeMap;

use dateline_model::schema::{self, Column, ColumnType};
use serde::Serialize;
use serde_json::{Value, json};

use crate::batch::PerTable;
use crate::settings::{Format, Settings, Table};
use crate::staging::{TEXTS, WORKBOOK, table_file};
use crate::writer::WrittenFile;

/// What only the caller knows of a run. It must hold nothing that differs between two runs over the same input: no
/// time, no number of threads.
#[derive(Debug, Clone, Default)]
pub struct RunInfo {
    /// Version of the program.
    pub version: String,
    /// Settings besides those of [`Settings`].
    pub settings: BTreeMap<String, Value>,
    /// The files that were read, in the order of reading.
    pub inputs: Vec<Input>,
    /// Counts besides those of rows.
    pub counts: BTreeMap<String, u64>,
    /// Warnings besides those of writing.
    pub warnings: Vec<Warning>,
}

/// A file that was read.
#[derive(Debug, Clone, Serialize)]
pub struct Input {
    /// Path as the user named it.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Name of the algorithm, a colon, hexadecimal digits.
    pub checksum: String,
}

/// Something that a reader of the tables should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Warning {
    /// Stable name of the kind of warning.
    pub code: String,
    /// How often it happened.
    pub count: u64,
    /// What it means, for a reader who is no programmer.
    pub message: String,
}

#[derive(Serialize)]
struct Run<'a> {
    program: &'a str,
    version: &'a str,
    schema_version: &'a str,
    settings: BTreeMap<String, Value>,
    inputs: &'a [Input],
    counts: BTreeMap<String, u64>,
    warnings: &'a [Warning],
}

/// `run.json`.
pub(crate) fn run(
    settings: &Settings,
    run: &RunInfo,
    counts: &BTreeMap<String, u64>,
    warnings: &[Warning],
) -> Vec<u8> {
    let mut all = run.settings.clone();
    let formats: Vec<_> = settings
        .formats
        .iter()
        .map(|format| format.as_str())
        .collect();
    let tables: Vec<_> = settings.only.iter().map(Table::as_str).collect();
    let excel = settings.excel.as_ref().map(|locale| locale.tag());
    all.insert("formats".into(), json!(formats));
    all.insert("tables".into(), json!(tables));
    all.insert("texts".into(), json!(settings.texts));
    all.insert("sentences".into(), json!(settings.sentences));
    all.insert("all_zones".into(), json!(settings.all_zones));
    all.insert("excel".into(), json!(excel));
    let mut counts = counts.clone();
    counts.extend(
        run.counts
            .iter()
            .map(|(name, count)| (name.clone(), *count)),
    );
    pretty(&Run {
        program: "dateline",
        version: &run.version,
        schema_version: &schema::schema().version,
        settings: all,
        inputs: &run.inputs,
        counts,
        warnings,
    })
}

#[derive(Serialize)]
struct Package<'a> {
    profile: &'a str,
    name: &'a str,
    description: String,
    resources: Vec<Resource>,
}

#[derive(Serialize)]
struct Resource {
    name: String,
    path: String,
    profile: &'static str,
    format: &'static str,
    mediatype: &'static str,
    encoding: &'static str,
    bytes: u64,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    dialect: Option<Value>,
    schema: TableSchema,
}

/// Frictionless Table Schema.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableSchema {
    fields: Vec<Field>,
    missing_values: [&'static str; 1],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    primary_key: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    true_values: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    false_values: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    constraints: Option<Constraints>,
}

#[derive(Serialize)]
struct Constraints {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    allowed: Vec<String>,
}

/// `datapackage.json` (Frictionless Data Package) of the files that were written.
pub(crate) fn data_package(
    settings: &Settings,
    version: &str,
    files: &[WrittenFile],
    sheets: Option<&PerTable<Vec<String>>>,
) -> Vec<u8> {
    let bytes = |path: &str| {
        files
            .iter()
            .find(|file| file.name == path)
            .map(|file| file.bytes)
    };
    let mut resources = Vec::new();
    for format in [Format::Csv, Format::Jsonl] {
        for table in Table::ALL {
            let path = table_file(table, format);
            if let Some(bytes) = bytes(&path) {
                resources.push(table_resource(settings, table, format, path, bytes));
            }
        }
    }
    if let (Some(sheets), Some(bytes)) = (sheets, bytes(WORKBOOK)) {
        for table in Table::ALL {
            for sheet in sheets.get(table) {
                let path = WORKBOOK.to_owned();
                let mut resource = table_resource(settings, table, Format::Xlsx, path, bytes);
                resource.name = format!("{sheet}-xlsx");
                resource.dialect = Some(json!({ "sheetName": sheet }));
                resources.push(resource);
            }
        }
    }
    if let Some(bytes) = bytes(TEXTS) {
        resources.push(texts_resource(bytes));
    }
    pretty(&Package {
        profile: "data-package",
        name: "dateline",
        description: format!("Facts from news articles, found by dateline {version}."),
        resources,
    })
}

fn table_resource(
    settings: &Settings,
    table: Table,
    format: Format,
    path: String,
    bytes: u64,
) -> Resource {
    let described = schema::schema().table(table.as_str());
    let description = described
        .map(|table| table.about.clone())
        .unwrap_or_default();
    let mut fields: Vec<Field> = settings
        .columns(table)
        .map(|column| field(column, format))
        .collect();
    let has_article =
        table != Table::Articles && fields.iter().any(|field| field.name == "article_id");
    let foreign_keys =
        if has_article && format == Format::Csv && settings.only.contains(Table::Articles) {
            let reference = json!({ "resource": "articles", "fields": ["article_id"] });
            vec![json!({ "fields": ["article_id"], "reference": reference })]
        } else {
            Vec::new()
        };
    if format == Format::Jsonl && table == Table::Articles {
        if settings.texts {
            fields.push(plain_field(
                "text",
                "string",
                "The text in which offsets with field = text count.",
            ));
        }
        let facts = Table::FACTS
            .into_iter()
            .filter(|&table| settings.only.contains(table));
        fields.extend(facts.map(|table| {
            let about =
                "Objects with the columns of the table of that name, without those of the article.";
            plain_field(table.as_str(), "array", about)
        }));
    }
    let (name, mediatype, dialect) = match format {
        Format::Csv => {
            let excel = settings.excel.as_ref();
            let delimiter = excel.map_or(',', |locale| char::from(locale.delimiter()));
            let end = if excel.is_some() { "\r\n" } else { "\n" };
            let dialect = json!({ "delimiter": delimiter, "lineTerminator": end, "quoteChar": "\"", "doubleQuote": true, "header": true });
            (table.as_str().to_owned(), "text/csv", Some(dialect))
        }
        Format::Jsonl => (
            format!("{}-jsonl", table.as_str()),
            "application/jsonl",
            None,
        ),
        Format::Xlsx => (
            String::new(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            None,
        ),
    };
    Resource {
        name,
        path,
        profile: "tabular-data-resource",
        format: format.as_str(),
        mediatype,
        encoding: "utf-8",
        bytes,
        description,
        dialect,
        schema: TableSchema {
            fields,
            missing_values: [""],
            primary_key: described.map(|table| table.key.clone()).unwrap_or_default(),
            foreign_keys,
        },
    }
}

fn texts_resource(bytes: u64) -> Resource {
    let fields = vec![
        plain_field("article_id", "string", "The article: a row of articles."),
        plain_field(
            "title",
            "string",
            "The title in which offsets with field = title count.",
        ),
        plain_field(
            "text",
            "string",
            "The text in which offsets with field = text count.",
        ),
    ];
    Resource {
        name: "texts".into(),
        path: TEXTS.into(),
        profile: "tabular-data-resource",
        format: Format::Jsonl.as_str(),
        mediatype: "application/jsonl",
        encoding: "utf-8",
        bytes,
        description: "The texts in which the offsets of facts count.".into(),
        dialect: None,
        schema: TableSchema {
            fields,
            missing_values: [""],
            primary_key: vec!["article_id".into()],
            foreign_keys: Vec::new(),
        },
    }
}

fn plain_field(name: &str, kind: &'static str, description: &str) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        description: description.to_owned(),
        true_values: None,
        false_values: None,
        constraints: None,
    }
}

fn field(column: &Column, format: Format) -> Field {
    let kind = match column.kind {
        ColumnType::String | ColumnType::List => "string",
        ColumnType::Integer => "integer",
        ColumnType::Number => "number",
        ColumnType::Boolean => "boolean",
        ColumnType::Date => "date",
    };
    let values = if column.open {
        &[]
    } else {
        column.values.as_slice()
    };
    let allowed: Vec<_> = values.iter().map(|(value, _)| value.clone()).collect();
    let mut description = column.about.clone();
    if !column.values.is_empty() {
        let meanings: Vec<_> = column
            .values
            .iter()
            .map(|(value, meaning)| format!("{value}: {meaning}"))
            .collect();
        description.push(' ');
        description.push_str(&meanings.join("; "));
        description.push('.');
    }
    let words = column.kind == ColumnType::Boolean && format == Format::Csv;
    Field {
        true_values: words.then_some(["TRUE"]),
        false_values: words.then_some(["FALSE"]),
        constraints: (column.required || !allowed.is_empty()).then_some(Constraints {
            required: column.required,
            allowed,
        }),
        ..plain_field(&column.name, kind, &description)
    }
}

fn pretty(value: &impl Serialize) -> Vec<u8> {
    // Maps have string keys and nothing fails to serialize, so there is no error to report.
    let mut bytes = serde_json::to_vec_pretty(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}
