//! ZIP archives, as far as pictures come in them: stored or deflated, one volume, no encryption.
//!
//! An archive is never unpacked as a whole: the directory at its end says where each file lies, and every
//! file has a limit, so that a small archive cannot become a large one in memory. Must not know what the
//! files hold.

use super::fault::{Fault, Problem};
use super::limit::Limit;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Bytes at the end of an archive among which the directory is found: its record and the longest comment.
pub const TAIL: usize = 22 + 65_535;
/// Bytes of a file's own header before its name.
pub const HEADER: usize = 30;

/// Where the directory lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Where it begins in the archive.
    pub start: usize,
    /// Its length.
    pub length: usize,
    /// How many files it says it has.
    pub files: usize,
}

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path with slashes.
    pub name: String,
    /// How it is packed.
    pub method: u16,
    /// Bytes in the archive.
    pub packed: usize,
    /// Bytes once unpacked, as it says.
    pub size: usize,
    /// Where its own header begins.
    pub start: usize,
}

/// The last record of an archive's end; `tail`: its last bytes, [`TAIL`] at most, `total`: all its bytes.
///
/// # Errors
/// There is no such record, or it cannot be right.
pub fn directory(tail: &[u8], total: usize) -> Result<Directory, Fault> {
    let last = tail.len().checked_sub(22).ok_or_else(broken)?;
    let at = (0..=last).rev().find(|&at| tail[at..].starts_with(b"PK\x05\x06")).ok_or_else(broken)?;
    let record = &tail[at..];
    let (files, length, start) = (short(record, 10)?, long(record, 12)?, long(record, 16)?);
    if files > Limit::Entries.most() {
        return Err(Fault::whole(Problem::TooMuch(Limit::Entries)));
    }
    if start.checked_add(length).is_none_or(|end| end > total) {
        return Err(broken());
    }
    Ok(Directory { start, length, files })
}

/// The files a directory names; folders are left out.
///
/// # Errors
/// It is cut off or names more files than fit.
pub fn entries(mut bytes: &[u8]) -> Result<Vec<Entry>, Fault> {
    let mut entries = Vec::new();
    while bytes.starts_with(b"PK\x01\x02") {
        let lengths = [short(bytes, 28)?, short(bytes, 30)?, short(bytes, 32)?];
        let name = bytes.get(46..46 + lengths[0]).ok_or_else(broken)?;
        let name = String::from_utf8_lossy(name).replace('\\', "/");
        let is_secret = short(bytes, 8)? & 1 == 1;
        // Encrypted files have a method too, but nobody here has the key.
        let method = if is_secret { u16::MAX } else { short(bytes, 10)? as u16 };
        let entry =
            Entry { method, packed: long(bytes, 20)?, size: long(bytes, 24)?, start: long(bytes, 42)?, name };
        if !entry.name.ends_with('/') {
            entries.push(entry);
        }
        if entries.len() > Limit::Entries.most() {
            return Err(Fault::whole(Problem::TooMuch(Limit::Entries)));
        }
        bytes = bytes.get(46 + lengths.iter().sum::<usize>()..).ok_or_else(broken)?;
    }
    Ok(entries)
}

impl Entry {
    /// Where the file's bytes lie, by its own header ([`HEADER`] bytes from `start`).
    ///
    /// # Errors
    /// There is no such header.
    pub fn data(&self, header: &[u8]) -> Result<std::ops::Range<usize>, Fault> {
        if !header.starts_with(b"PK\x03\x04") {
            return Err(Fault::named(&self.name, Problem::BadArchive));
        }
        let before = HEADER + short(header, 26)? + short(header, 28)?;
        let start = self.start.checked_add(before).ok_or_else(broken)?;
        Ok(start..start.checked_add(self.packed).ok_or_else(broken)?)
    }

    /// The file's bytes, unpacked.
    ///
    /// # Errors
    /// It is packed otherwise, damaged, or larger than a picture may be.
    pub fn unpack(&self, packed: &[u8]) -> Result<Vec<u8>, Fault> {
        let most = Limit::EntryBytes.most();
        if self.size > most || packed.len() > most {
            return Err(Fault::named(&self.name, Problem::TooMuch(Limit::EntryBytes)));
        }
        match self.method {
            0 => Ok(packed.to_vec()),
            8 => decompress_to_vec_with_limit(packed, self.size.min(most)).map_err(|error| {
                let problem = match error.status {
                    // More than the directory promises.
                    miniz_oxide::inflate::TINFLStatus::HasMoreOutput => Problem::TooMuch(Limit::EntryBytes),
                    _ => Problem::BadArchive,
                };
                Fault::named(&self.name, problem)
            }),
            other => Err(Fault::named(&self.name, Problem::Packing(other))),
        }
    }

    /// The class of a picture: the folder it lies in; `None` for what is no picture or lies nowhere.
    pub fn class(&self) -> Option<&str> {
        class(&self.name)
    }
}

/// The folder a picture lies in; `None` for other files, hidden ones and those that lie in none.
pub fn class(path: &str) -> Option<&str> {
    const PICTURES: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "bmp", "avif"];
    let (folders, file) = path.rsplit_once('/')?;
    let (_, extension) = file.rsplit_once('.')?;
    let is_picture = PICTURES.contains(&extension.to_ascii_lowercase().as_str());
    let is_hidden = file.starts_with('.') || path.starts_with("__MACOSX/");
    let folder = folders.rsplit('/').next().unwrap_or(folders);
    (is_picture && !is_hidden && !folder.is_empty()).then_some(folder)
}

fn broken() -> Fault {
    Fault::whole(Problem::BadArchive)
}

fn short(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let pair = bytes.get(at..at + 2).ok_or_else(broken)?;
    Ok(usize::from(u16::from_le_bytes([pair[0], pair[1]])))
}

fn long(bytes: &[u8], at: usize) -> Result<usize, Fault> {
    let four = bytes.get(at..at + 4).ok_or_else(broken)?;
    Ok(u32::from_le_bytes([four[0], four[1], four[2], four[3]]) as usize)
}

/// Every picture of an archive at hand with its class, for tests.
///
/// # Errors
/// The first thing that is wrong.
pub fn pictures(archive: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Fault> {
    let tail = &archive[archive.len().saturating_sub(TAIL)..];
    let directory = directory(tail, archive.len())?;
    let listed = &archive[directory.start..directory.start + directory.length];
    let mut found = Vec::new();
    let mut total = 0;
    for entry in entries(listed)? {
        let Some(class) = entry.class() else { continue };
        let header = archive.get(entry.start..).ok_or_else(broken)?;
        let bytes = archive.get(entry.data(header)?).ok_or_else(broken)?;
        let unpacked = entry.unpack(bytes)?;
        total += unpacked.len();
        if total > Limit::Unpacked.most() {
            return Err(Fault::whole(Problem::TooMuch(Limit::Unpacked)));
        }
        found.push((class.to_owned(), unpacked));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use miniz_oxide::deflate::compress_to_vec;

    /// An archive of these files; what is deflated and what is stored take turns.
    pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let (mut bytes, mut listed) = (Vec::new(), Vec::new());
        for (number, (name, content)) in files.iter().enumerate() {
            let method = if number % 2 == 0 { 8u16 } else { 0 };
            let packed = if method == 8 { compress_to_vec(content, 6) } else { content.to_vec() };
            let start = bytes.len() as u32;
            let mut common = Vec::new();
            common.extend(20u16.to_le_bytes());
            common.extend(0u16.to_le_bytes());
            common.extend(method.to_le_bytes());
            common.extend([0; 8]);
            common.extend((packed.len() as u32).to_le_bytes());
            common.extend((content.len() as u32).to_le_bytes());
            common.extend((name.len() as u16).to_le_bytes());
            common.extend([0; 2]);
            bytes.extend(b"PK\x03\x04");
            bytes.extend(&common);
            bytes.extend(name.as_bytes());
            bytes.extend(&packed);
            listed.extend(b"PK\x01\x02\x14\x00");
            listed.extend(&common);
            listed.extend([0; 10]);
            listed.extend(start.to_le_bytes());
            listed.extend(name.as_bytes());
        }
        let start = bytes.len() as u32;
        let length = listed.len() as u32;
        bytes.extend(listed);
        bytes.extend(b"PK\x05\x06\0\0\0\0");
        bytes.extend([files.len() as u16; 2].map(u16::to_le_bytes).concat());
        bytes.extend(length.to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }

    #[test]
    fn pictures_come_with_the_folder_they_lie_in() {
        let long = [7u8; 5000];
        let archive = archive(&[
            ("set/train/cat/1.png", &long),
            ("set/train/dog/2.JPG", b"dog"),
            ("set/readme.txt", b"words"),
            ("top.png", b"nowhere"),
            ("__MACOSX/set/cat/._1.png", b"junk"),
            ("set/test/cat/", b""),
            ("set/test/cat/3.webp", b"cat"),
        ]);
        let found = pictures(&archive).expect("whole");
        let names: Vec<(&str, usize)> = found.iter().map(|(name, bytes)| (&name[..], bytes.len())).collect();
        assert_eq!(names, [("cat", 5000), ("dog", 3), ("cat", 3)]);
        assert_eq!(found[0].1, long);
    }

    #[test]
    fn a_bomb_does_not_go_off() {
        let mut archive = archive(&[("a/1.png", &vec![0; 30_000_000])]);
        assert!(archive.len() < 40_000);
        let problem = |archive: &[u8]| pictures(archive).expect_err("large").problem;
        assert_eq!(problem(&archive), Problem::TooMuch(Limit::EntryBytes));
        // A directory that promises less.
        let at = archive.windows(4).position(|four| four == b"PK\x01\x02").expect("listed");
        archive[at + 24..at + 28].copy_from_slice(&100u32.to_le_bytes());
        assert_eq!(problem(&archive), Problem::TooMuch(Limit::EntryBytes));
    }

    #[test]
    fn each_kind_of_damage_is_told() {
        let whole = archive(&[("a/1.png", b"picture"), ("b/2.png", b"other")]);
        let problem = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut archive = whole.clone();
            change(&mut archive);
            pictures(&archive).expect_err("damaged").problem
        };
        assert_eq!(problem(&|archive| archive.clear()), Problem::BadArchive);
        assert_eq!(problem(&|archive| archive.truncate(60)), Problem::BadArchive);
        assert_eq!(problem(&|archive| archive[0] = 0), Problem::BadArchive);
        let listed = whole.windows(4).position(|four| four == b"PK\x01\x02").expect("listed");
        assert_eq!(problem(&|archive| archive[listed + 10] = 14), Problem::Packing(14));
        assert_eq!(problem(&|archive| archive[listed + 8] = 1), Problem::Packing(u16::MAX));
        let record = whole.len() - 22;
        let many = |archive: &mut Vec<u8>| archive[record + 10..record + 12].copy_from_slice(&[255; 2]);
        assert_eq!(problem(&many), Problem::TooMuch(Limit::Entries));
    }
}
