//! What strangers say, and what becomes of it.

use super::*;
use serde_json::json;

fn heard(data: Value, port: bool) -> String {
    match greeting(&data, port) {
        Greeting::Broken(fault) => format!("{} {}", fault.name, fault.field),
        other => format!("{other:?}"),
    }
}

#[test]
fn only_greetings_of_ours_are_answered() {
    for foreign in [json!(null), json!("collapseLab"), json!(7), json!([1]), json!({ "type": "connect" })] {
        assert_eq!(heard(foreign.clone(), true), "Foreign", "{foreign}");
    }
    assert_eq!(heard(json!({ "collapseLab": 1, "type": "ping" }), false), "Ping");
    assert_eq!(heard(json!({ "collapseLab": 1, "type": "connect" }), true), "Connect");
}

#[test]
fn a_wrong_greeting_is_told_what_is_wrong() {
    let connect = |version: Value| json!({ "collapseLab": version, "type": "connect" });
    assert_eq!(heard(connect(json!(1)), false), "malformed ports");
    assert_eq!(heard(connect(json!(2)), true), "malformed collapseLab");
    assert_eq!(heard(connect(json!("1")), true), "malformed collapseLab");
    assert_eq!(heard(json!({ "collapseLab": 1, "type": "eval" }), true), "malformed type");
    assert_eq!(heard(json!({ "collapseLab": 1 }), true), "malformed type");
}

/// What becomes of `{ id: 1, call, args }`.
fn asked(name: &str, arguments: Value) -> String {
    match call(&json!({ "id": 1, "call": name, "args": arguments })) {
        Ok(call) => format!("{} {}", call.method, json!(call.arguments)),
        Err((_, fault)) => format!("{} {}: {}", fault.name, fault.field, fault.message),
    }
}

#[test]
fn calls_reach_methods_with_arguments_of_their_kind() {
    assert_eq!(asked("play", json!([])), "play []");
    assert_eq!(asked("step", json!([20])), "step [20]");
    assert_eq!(asked("step", json!([20.0])), "step [20.0]");
    assert_eq!(asked("step", json!(null)), "step []");
    assert_eq!(asked("rewind", json!([null])), "rewind [null]");
    assert_eq!(asked("set", json!([{ "imbalance": 9 }])), r#"setState [{"imbalance":9}]"#);
    assert_eq!(asked("fork", json!([])), "fork []");
    assert_eq!(asked("screenshot", json!([{ "format": "svg" }])), r#"screenshot [{"format":"svg"}]"#);
    assert_eq!(asked("exportCode", json!(["keras"])), r#"exportCode ["keras"]"#);
}

#[test]
fn wrong_arguments_name_their_call_and_what_is_right() {
    let whole = "invalid step: expected a whole number from 1 to 100000";
    for steps in [json!([0]), json!([-1]), json!([1.5]), json!(["5"]), json!([1e9]), json!([{}])] {
        assert_eq!(asked("step", steps.clone()), whole, "{steps}");
    }
    assert_eq!(asked("set", json!([])), "invalid set: expected an object");
    assert_eq!(asked("setState", json!(["imbalance"])), "invalid setState: expected an object");
    assert_eq!(asked("fork", json!([[]])), "invalid fork: expected an object");
    assert_eq!(asked("exportCode", json!(["x".repeat(101)])), "invalid exportCode: expected a short text");
    assert_eq!(asked("play", json!([1, 2])), "malformed args: expected a list of at most one");
    assert_eq!(asked("play", json!({})), "malformed args: expected a list of at most one");
}

#[test]
fn nothing_beyond_the_table_can_be_called() {
    for name in ["debug", "constructor", "__proto__", "free", "on", "setSeeds", "", "Play"] {
        assert!(asked(name, json!([])).starts_with("malformed call: use one of play, pause"), "{name}");
    }
}

#[test]
fn a_message_without_a_number_is_answered_to_nobody() {
    for message in [json!(null), json!([]), json!({ "call": "play" }), json!({ "id": -1, "call": "play" })] {
        let (id, fault) = call(&message).expect_err("no number");
        assert_eq!((id, fault.name, &*fault.field), (None, "malformed", "id"), "{message}");
    }
    let (id, _) = call(&json!({ "id": 7, "call": "nonsense" })).expect_err("no such call");
    assert_eq!(id, Some(7));
}

#[test]
fn refusals_name_the_setting_they_begin_with() {
    let fault = refused("learning_rate: expected a number");
    assert_eq!((fault.name, &*fault.field), ("refused", "learning_rate"));
    for general in ["A new run began", "Das geht nicht: nie", "", "learning_rate"] {
        assert_eq!(refused(general).field, "", "{general}");
    }
}
