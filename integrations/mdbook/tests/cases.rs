//! The cases that every integration must agree on, and what is mdBook's alone.

use mdbook_collapse_lab::markup::Target;
use mdbook_collapse_lab::{book, chapter};
use serde_json::{Value, json};

fn defaults() -> Vec<(String, String)> {
    vec![("src".to_owned(), "https://host/lab/".to_owned())]
}

#[test]
fn blocks_become_what_the_shared_cases_say() {
    let cases: Value = serde_json::from_str(include_str!("../../cases.json")).expect("JSON");
    for case in cases.as_array().expect("a list") {
        let lines: Vec<&str> = case["block"].as_str().expect("a block").lines().collect();
        let expected = match case["html"].as_str() {
            Some(html) => Ok(html.to_owned()),
            None => Err((
                case["line"].as_u64().expect("a line") as usize,
                case["error"].as_str().expect("an error").to_owned(),
            )),
        };
        assert_eq!(chapter::block(&lines, &defaults(), Target::Html), expected, "{}", case["name"]);
    }
}

#[test]
fn only_blocks_outside_other_fences_are_replaced() {
    let shown = "````markdown\n```collapse-lab\npreset: digits\n```\n````\n";
    assert_eq!(chapter::replace(shown, &defaults(), Target::Html).as_deref(), Ok(shown));
    let inline = "Write ```collapse-lab``` like that.\n";
    assert_eq!(chapter::replace(inline, &defaults(), Target::Html).as_deref(), Ok(inline));
    let text = "before\n~~~~ collapse-lab\npreset: digits\n~~~~\nafter\n";
    let replaced = chapter::replace(text, &defaults(), Target::Html).expect("a good block");
    assert!(replaced.starts_with("before\n\n<collapse-lab src="), "{replaced}");
    assert!(replaced.ends_with("</script>\n\nafter\n"), "{replaced}");
}

#[test]
fn a_block_in_a_list_stays_in_it() {
    let text = "1. one\n   ```collapse-lab\n   preset: digits\n   ```\n2. two\n";
    let replaced = chapter::replace(text, &defaults(), Target::Html).expect("a good block");
    assert!(replaced.contains("\n   <collapse-lab "), "{replaced}");
    assert!(replaced.contains("\n   </collapse-lab>\n"), "{replaced}");
}

#[test]
fn a_block_without_end_is_told_where_it_begins() {
    let outcome = chapter::replace("\n```collapse-lab\npreset: digits\n", &defaults(), Target::Html);
    assert_eq!(outcome, Err((2, "this block is not closed".to_owned())));
}

fn input(key: &str, content: &str, renderer: &str, config: &Value) -> String {
    let inner =
        json!({ "Chapter": { "name": "In", "content": content, "path": "a/in.md", "sub_items": [] } });
    let outer = json!({ "Chapter": { "name": "Out", "content": "", "path": "a.md", "sub_items": [inner] } });
    let context = json!({
        "renderer": renderer,
        "config": { "book": { "src": "text" }, "preprocessor": { "collapse-lab": config } },
    });
    json!([context, { key: ["Separator", outer] }]).to_string()
}

#[test]
fn chapters_at_every_depth_are_read_in_old_and_new_books() {
    let block = "```collapse-lab\npreset: digits\n```\n";
    let config = json!({ "command": "x", "src": "/lab/", "loading": "click" });
    for key in ["items", "sections"] {
        let book = book::process(&input(key, block, "html", &config)).expect("a good book");
        let book: Value = serde_json::from_str(&book).expect("JSON");
        let content = &book[key][1]["Chapter"]["sub_items"][0]["Chapter"]["content"];
        let expected = "<collapse-lab src=\"/lab/\" preset=\"digits\" loading=\"click\">";
        assert!(content.as_str().is_some_and(|content| content.contains(expected)), "{content}");
    }
}

#[test]
fn other_renderers_get_a_link_and_a_picture() {
    let block = "```collapse-lab\npreset: digits\n```\n";
    let book =
        book::process(&input("items", block, "epub", &json!({ "src": "/lab/" }))).expect("a good book");
    assert!(book.contains("](/lab/posters/digits.svg)](</lab/#scenario=digits>)"), "{book}");
    assert!(!book.contains("<collapse-lab"), "{book}");
}

#[test]
fn faults_name_file_and_line() {
    let block = "# Title\n\n```collapse-lab\npreset: digits\ncolour: red\n```\n";
    let error = book::process(&input("items", block, "html", &json!({ "src": "/lab/" })));
    let error = error.expect_err("colour is no option");
    assert!(error.starts_with("text/a/in.md:5: collapse-lab has no option \"colour\""), "{error}");
    let error = book::process(&input("items", "", "html", &json!({ "colour": "red" })));
    assert!(error.expect_err("no option").starts_with("book.toml: "));
}
