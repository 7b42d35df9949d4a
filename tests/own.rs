//! Tables of the visitor's own: what is read, what is said about it, and that it trains.

use collapse_lab::data::{self, Dataset};
use collapse_lab::experiment::{DataName, DataSpec, Experiment};
use collapse_lab::own::advice::judge;
use collapse_lab::own::column::Kind;
use collapse_lab::own::limit::Limit;
use collapse_lab::own::sheet::Note;
use collapse_lab::own::{Advice, Fault, Packed, Plan, Problem, Reader, Sheet, pack};

/// Reads a text that arrives in pieces of `size` bytes.
fn read_by(text: &[u8], size: usize) -> Result<Sheet, Fault> {
    let mut reader = Reader::default();
    for piece in text.chunks(size) {
        reader.push(piece)?;
    }
    reader.finish()
}

fn read(text: &str) -> Result<Sheet, Fault> {
    read_by(text.as_bytes(), 1 << 20)
}

fn plan(sheet: &Sheet) -> Plan {
    sheet.summary("test").plan
}

fn fault(text: &str) -> Fault {
    match read(text) {
        Ok(sheet) => judge(&sheet, &plan(&sheet)).expect_err("a fault"),
        Err(fault) => fault,
    }
}

/// Two classes of 30 rows that one column nearly tells apart.
fn flowers() -> String {
    let mut text = String::from("id,length,colour,species\n");
    for row in 0..60 {
        let (species, shift) = if row % 2 == 0 { ("setosa", 0) } else { ("virginica", 3) };
        let colour = ["red", "blue", "white"][row % 3];
        text += &format!("{},{}.{},{colour},{species}\n", row + 1, 4 + shift + row % 4, row % 10);
    }
    text
}

#[test]
fn columns_and_the_label_are_found() {
    let sheet = read(&flowers()).expect("a table");
    let summary = sheet.summary("flowers.csv");
    let kinds: Vec<Kind> = summary.columns.iter().map(|column| column.kind).collect();
    assert_eq!(kinds, [Kind::Identifier, Kind::Number, Kind::Category, Kind::Category]);
    assert_eq!((summary.rows, summary.plan.label), (60, Some(3)));
    assert_eq!(summary.plan.used, [false, true, true, false]);
    assert_eq!(summary.head[0], ["1", "4.0", "red", "setosa"]);
    let judged = judge(&sheet, &summary.plan).expect("fits");
    assert_eq!(judged.classes, [("setosa".to_owned(), 30), ("virginica".to_owned(), 30)]);
    assert_eq!(judged.features, 1 + 3);
    assert!(judged.advice.contains(&Advice::Identifier("id".to_owned())));
}

#[test]
fn pieces_of_any_size_give_the_same_table() {
    let text = flowers().replace("\n", "\r\n").replace("red", "\"re\"\"d, \r\n\"");
    let whole = read(&text).expect("a table").summary("");
    for size in [1, 2, 7, 64, 1000] {
        let pieces = read_by(text.as_bytes(), size).expect("a table").summary("");
        assert_eq!(pieces, whole, "{size}");
    }
    assert_eq!(whole.head[0][2], "re\"d,");
}

#[test]
fn other_spellings_of_a_table_are_the_same_table() {
    let plain = read(&flowers()).expect("a table").summary("");
    for delimiter in [";", "\t", "|"] {
        assert_eq!(read(&flowers().replace(',', delimiter)).expect("a table").summary(""), plain);
    }
    let comma = flowers().replace(',', ";").replace('.', ",");
    let kinds = |text: &str| read(text).expect("a table").summary("").columns;
    assert_eq!(kinds(&comma), plain.columns);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(flowers().encode_utf16().flat_map(u16::to_le_bytes)).collect();
    assert_eq!(read_by(&utf16, 999).expect("a table").summary(""), plain);
    assert_eq!(read(&flowers().replace('\n', "\r")).expect("a table").summary(""), plain);
}

#[test]
fn a_table_without_a_header_has_numbered_columns() {
    let text: String =
        (0..40).map(|row| format!("{},{},{}\n", row * 7 % 13, row * 5 % 11, row % 2)).collect();
    let summary = read(&text).expect("a table").summary("");
    assert_eq!((summary.rows, &summary.columns[2].name[..], summary.plan.label), (40, "3", Some(2)));
}

#[test]
fn what_is_wrong_is_told_with_line_and_column() {
    let cases = [
        ("", None, None, Problem::Empty),
        ("a,b\n", None, None, Problem::Empty),
        ("a,b\n1,2\n\n3,4,5\n", Some(4), Some(3), Problem::Width { found: 3, wanted: 2 }),
        ("a,b,c\n1,2,x\n3,4\n5,6,y\n", Some(3), Some(3), Problem::Width { found: 2, wanted: 3 }),
        ("PK\u{3}\u{4}", None, None, Problem::NotText),
        ("x,y\n0.1,0.2\n0.3,0.4\n0.5,0.6\n", None, None, Problem::OneClass),
    ];
    for (text, line, column, problem) in cases {
        let found = fault(text);
        let known = (found.line, found.column);
        if problem == Problem::OneClass {
            // Few values make classes, but each needs two examples.
            assert!(matches!(found.problem, Problem::FewExamples { .. }), "{found:?}");
            continue;
        }
        assert_eq!((known, found.problem), ((line, column), problem), "{text}");
    }
    let open = format!("a,b\n1,2\n3,\"4\n{}", "5,6\n".repeat(20_000));
    let found = fault(&open);
    assert_eq!((found.line, found.column, found.problem), (Some(3), Some(2), Problem::OpenQuote));
    assert!(Fault { problem: Problem::OpenQuote, ..fault(&open) }.text().starts_with("Line 3, column 2"));
}

#[test]
fn limits_are_kept() {
    let wide = vec!["1"; Limit::Columns.most() + 1].join(",");
    assert_eq!(fault(&[&wide[..], "\n", &wide].concat()).problem, Problem::TooMuch(Limit::Columns));
    let long = format!("a,b\n{}", "1,2\n".repeat(Limit::Examples.most() + 1));
    let found = fault(&long);
    assert_eq!((found.line, found.problem), (Some(100_002), Problem::TooMuch(Limit::Examples)));
    let fat = format!("a,b\n1,2\n{},3\n", "x".repeat(Limit::CellBytes.most() + 1));
    let found = fault(&fat);
    assert_eq!((found.line, found.column), (Some(3), Some(1)));
    assert_eq!(found.problem, Problem::TooMuch(Limit::CellBytes));
    let many: String = (0..40).map(|row| format!("{row},a{}\n", row % 11)).collect();
    let sheet = read(&many).expect("a table");
    let found = judge(&sheet, &Plan { label: Some(1), ..plan(&sheet) }).expect_err("too many");
    assert_eq!(found.problem, Problem::Labels(11));
}

#[test]
fn a_slip_among_numbers_is_a_gap_that_is_told() {
    let text = flowers().replace("8.1,", "seven,");
    let summary = read(&text).expect("a table").summary("");
    let line = text.lines().position(|line| line.contains("seven")).expect("replaced") + 1;
    let note =
        Note::NotNumbers { column: 1, count: summary.columns[1].missing, line, text: "seven".to_owned() };
    assert_eq!((summary.columns[1].kind, &summary.notes[..]), (Kind::Number, &[note][..]));
}

#[test]
fn advice_names_what_would_mislead() {
    let mut text = String::from("copy,nearly,noise,same,note,kind\n");
    for row in 0..400 {
        let kind = if row % 20 == 0 { "rare" } else { "usual" };
        let copy = if row % 20 == 0 { 1 } else { 0 };
        let nearly = copy as f32 * 10.0 + (row * 7 % 23) as f32 / 23.0;
        text += &format!("{copy},{nearly},{},same,note {row},{kind}\n", row * 13 % 101);
    }
    text += &text.lines().nth(5).map(|line| [line, "\n"].concat()).expect("a row").repeat(3);
    text += ",,,same,x,\n";
    let sheet = read(&text).expect("a table");
    let judged = judge(&sheet, &plan(&sheet)).expect("fits");
    let leaks: Vec<&str> = judged
        .advice
        .iter()
        .filter_map(|advice| match advice {
            Advice::Leak { column, .. } => Some(&column[..]),
            _ => None,
        })
        .collect();
    assert_eq!(leaks, ["copy", "nearly"]);
    for expected in [
        Advice::Repeats(3),
        Advice::Unlabelled(1),
        Advice::Constant("same".to_owned()),
        Advice::Text("note".to_owned()),
    ] {
        assert!(judged.advice.contains(&expected), "{expected:?} in {:?}", judged.advice);
    }
    assert!(
        judged.advice.iter().any(|advice| matches!(advice, Advice::Imbalance { ratio, .. } if *ratio > 15.0))
    );
}

#[test]
fn an_honest_column_is_no_leak() {
    let sheet = read(&flowers()).expect("a table");
    let mut honest = plan(&sheet);
    honest.used[1] = false;
    let judged = judge(&sheet, &honest).expect("fits");
    assert!(!judged.advice.iter().any(|advice| matches!(advice, Advice::Leak { .. })), "{:?}", judged.advice);
}

fn load(packed: &Packed, seed: u32) -> Dataset {
    let data = DataSpec { name: DataName::Own, own: packed.own.clone(), ..Experiment::default().data };
    Dataset::load(&data, seed, Some(&packed.bytes)).expect("packed here")
}

#[test]
fn a_packed_table_is_split_by_class_and_seed() {
    let sheet = read(&flowers()).expect("a table");
    let packed = pack::sheet(&sheet, &plan(&sheet)).expect("fits");
    assert_eq!((packed.own.features, &packed.own.counts[..]), (4, &[30.0, 30.0][..]));
    let dataset = load(&packed, 1);
    assert_eq!(dataset.classes, ["setosa", "virginica"]);
    assert_eq!(dataset.names, ["length", "colour = red", "colour = blue", "colour = white"]);
    let held = |class: u8| dataset.probe.labels.iter().filter(|label| **label == class).count();
    assert_eq!((held(0), held(1)), (6, 6));
    assert_eq!(dataset, load(&packed, 1));
    assert_ne!(dataset.probe.inputs, load(&packed, 2).probe.inputs);
    let again = pack::reopen(packed.bytes.clone(), packed.own.held_out).expect("packed here");
    assert_eq!(again, packed);
    assert_eq!(
        data::file(&DataSpec { name: DataName::Own, own: packed.own.clone(), ..Experiment::default().data }),
        Some(packed.own.file())
    );
}

#[test]
fn drawn_points_train_in_the_plane() {
    let points: Vec<(f32, f32, u8)> =
        (0..40).map(|at| (at as f32 / 20.0, (at % 7) as f32, if at < 25 { 1 } else { 4 })).collect();
    let packed = pack::points("drawn", &points, 20).expect("two classes");
    let dataset = load(&packed, 1);
    assert_eq!(
        (&dataset.classes[..], &dataset.names[..]),
        (&["2".to_owned(), "5".to_owned()][..], &["x".to_owned(), "y".to_owned()][..])
    );
    assert_eq!(packed.own.counts, [25.0, 15.0]);
    assert_eq!(pack::points("", &points[..20], 20).expect_err("one class").problem, Problem::OneClass);
}

#[test]
fn the_documentation_states_the_limits_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/own-data.md");
    let text = std::fs::read_to_string(path).expect("there is documentation");
    for limit in Limit::ALL {
        let row = format!("| {} | {} |", limit.name(), limit.most());
        assert!(text.contains(&row), "docs/own-data.md lacks {row}");
        assert!(!limit.text().contains("own.limit"), "{} has no words", limit.name());
    }
}
