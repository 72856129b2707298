//! Files of the inputs in an order that depends on their names only.

use std::fs;
use std::path::{Path, PathBuf};

use dateline_model::{Reject, RejectCode};

use crate::kind::Origin;

/// A file to read.
#[derive(Debug, Clone)]
pub(crate) struct FileEntry {
    pub path: PathBuf,
    /// As the user named it, with `/`.
    pub name: String,
    pub size: u64,
    /// Whether it is a file on a disk, as against a pipe.
    pub regular: bool,
    pub origin: Origin,
}

/// The files under one input, in the byte order of their names. Holds one list for each open folder.
pub(crate) struct Walk {
    stack: Vec<Node>,
    origin: Origin,
}

struct Node {
    path: PathBuf,
    name: String,
    folder: bool,
}

impl Walk {
    /// Begins at `path`, a file or a folder.
    pub fn new(path: &Path) -> Self {
        let node = Node {
            path: path.to_owned(),
            name: display_name(path),
            folder: path.is_dir(),
        };
        let origin = if node.folder {
            Origin::Found
        } else {
            Origin::Named
        };
        Self {
            stack: vec![node],
            origin,
        }
    }

    fn open(&mut self, folder: &Node) -> Result<(), Reject> {
        let unreadable = |error: std::io::Error| Reject {
            source_file: folder.name.clone(),
            record: 0,
            byte_offset: 0,
            code: RejectCode::FileUnreadable,
            message: format!("The folder cannot be read: {error}."),
        };
        let mut inner = Vec::new();
        for entry in fs::read_dir(&folder.path).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            let file_name = entry.file_name().to_string_lossy().into_owned();
            if is_hidden(&file_name) {
                continue;
            }
            let kind = entry.file_type().map_err(unreadable)?;
            let parent = folder.name.trim_end_matches('/');
            let name = if parent.is_empty() && !folder.name.starts_with('/') {
                file_name
            } else {
                format!("{parent}/{file_name}")
            };
            inner.push(Node {
                path: entry.path(),
                name,
                folder: kind.is_dir(),
            });
        }
        // A folder sorts as its files do, whose names go on with a slash.
        let key = |node: &Node| {
            let mut key = node.name.clone().into_bytes();
            if node.folder {
                key.push(b'/');
            }
            key
        };
        inner.sort_by_cached_key(key);
        self.stack.extend(inner.into_iter().rev());
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Result<FileEntry, Reject>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(node) = self.stack.pop() {
            if node.folder {
                if let Err(reject) = self.open(&node) {
                    return Some(Err(reject));
                }
                continue;
            }
            let reject = |message: String| {
                Some(Err(Reject {
                    source_file: node.name.clone(),
                    record: 0,
                    byte_offset: 0,
                    code: RejectCode::FileUnreadable,
                    message,
                }))
            };
            return match fs::metadata(&node.path) {
                // Links to folders may lead in circles.
                Ok(data) if data.is_dir() => reject(
                    "This is a link to a folder. Name the folder itself to read it.".to_owned(),
                ),
                // Reading a pipe or a device that lies in a folder could wait for ever.
                Ok(data) if !data.is_file() && self.origin == Origin::Found => {
                    reject("This is neither a file nor a folder.".to_owned())
                }
                Ok(data) => Some(Ok(FileEntry {
                    path: node.path,
                    name: node.name,
                    size: data.len(),
                    regular: data.is_file(),
                    origin: self.origin,
                })),
                Err(error) => reject(format!("The file cannot be read: {error}.")),
            };
        }
        None
    }
}

/// Whether a file of this name is none of the user's: hidden, or left by an operating system.
pub(crate) fn is_hidden(file_name: &str) -> bool {
    file_name.starts_with('.') || matches!(file_name, "__MACOSX" | "Thumbs.db" | "desktop.ini")
}

/// A path as the user wrote it, with `/`.
pub(crate) fn display_name(path: &Path) -> String {
    let name = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        name.into_owned()
    } else {
        name.replace(std::path::MAIN_SEPARATOR, "/")
    }
}
