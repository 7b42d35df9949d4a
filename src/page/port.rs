//! What a page around ours may say, and what is wrong with what it says.
//!
//! Anybody may put our page into a frame, so everything heard here may come from somebody hostile: nothing
//! is taken over but a call from the table with arguments of its kind. Must not know the browser, or how a
//! call is carried out.

use serde_json::Value;

/// Version of the messages; said in every greeting as `collapseLab`.
pub const VERSION: u64 = 1;

/// A message to the window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Greeting {
    /// Not meant for us.
    Foreign,
    /// Asks whether we are here.
    Ping,
    /// Brings the port to talk through.
    Connect,
    /// Ours, but not right.
    Broken(Fault),
}

/// What is wrong, for programs and therefore in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its kind, one of a few stable words.
    pub name: &'static str,
    /// The part of the message, argument or setting it is about; may be empty.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// A call of `window.lab`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Repeated in the answer.
    pub id: u32,
    /// Method of `window.lab`.
    pub method: &'static str,
    /// What it is called with.
    pub arguments: Vec<Value>,
}

/// What a call takes.
#[derive(Clone, Copy, Debug)]
enum Takes {
    Nothing,
    /// A whole number in this range, or nothing.
    Count(u32, u32),
    /// An object of settings.
    Settings,
    /// An object of settings or of options, or nothing.
    Options,
    /// A short text.
    Text,
}

/// Most steps an experiment can have.
const MOST: u32 = 100_000;

/// Every call: its name, the method behind it, what it takes.
const CALLS: &[(&str, &str, Takes)] = &[
    ("play", "play", Takes::Nothing),
    ("pause", "pause", Takes::Nothing),
    ("step", "step", Takes::Count(1, MOST)),
    ("reset", "reset", Takes::Nothing),
    ("rewind", "rewind", Takes::Count(0, MOST)),
    ("fork", "fork", Takes::Options),
    ("set", "setState", Takes::Settings),
    ("setState", "setState", Takes::Settings),
    ("setSpeed", "setSpeed", Takes::Count(0, 1_000_000)),
    ("getState", "getState", Takes::Nothing),
    ("getMetrics", "getMetrics", Takes::Nothing),
    ("getReceipt", "getReceipt", Takes::Options),
    ("screenshot", "screenshot", Takes::Options),
    ("exportCode", "exportCode", Takes::Text),
];

/// What a message to the window is; `port` tells whether it brings one.
pub fn greeting(data: &Value, port: bool) -> Greeting {
    let Some(version) = data.get("collapseLab") else { return Greeting::Foreign };
    let broken = |field: &str, message: String| {
        Greeting::Broken(Fault { name: "malformed", field: field.to_owned(), message })
    };
    if version.as_u64() != Some(VERSION) {
        return broken("collapseLab", format!("this page speaks version {VERSION}"));
    }
    match data.get("type").and_then(Value::as_str) {
        Some("ping") => Greeting::Ping,
        Some("connect") if port => Greeting::Connect,
        Some("connect") => broken("ports", "a greeting brings a MessagePort".to_owned()),
        _ => broken("type", "use ping or connect".to_owned()),
    }
}

/// The call that a message through the port asks for.
///
/// # Errors
/// What is wrong with it, and the number to answer to, if it has one.
pub fn call(message: &Value) -> Result<Call, (Option<u32>, Fault)> {
    let id = message.get("id").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
    let wrong = |name, field: &str, message: String| (id, Fault { name, field: field.to_owned(), message });
    let Some(number) = id else {
        return Err(wrong("malformed", "id", "expected a whole number to answer to".to_owned()));
    };
    let name = message.get("call").and_then(Value::as_str).unwrap_or_default();
    let Some((name, method, takes)) = CALLS.iter().find(|(known, _, _)| *known == name) else {
        let known: Vec<&str> = CALLS.iter().map(|(known, _, _)| *known).collect();
        return Err(wrong("malformed", "call", ["use one of ", &known.join(", ")].concat()));
    };
    let arguments = match message.get("args") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(arguments)) if arguments.len() <= 1 => arguments.clone(),
        Some(_) => return Err(wrong("malformed", "args", "expected a list of at most one".to_owned())),
    };
    match fits(*takes, arguments.first().filter(|argument| !argument.is_null())) {
        Ok(()) => Ok(Call { id: number, method, arguments }),
        Err(expected) => Err(wrong("invalid", name, expected)),
    }
}

/// Whether an argument is of its call's kind; what was expected if not.
fn fits(takes: Takes, argument: Option<&Value>) -> Result<(), String> {
    let expected = |what: &str| Err(["expected ", what].concat());
    match (takes, argument) {
        (Takes::Nothing, _) | (Takes::Count(..) | Takes::Options, None) => Ok(()),
        (Takes::Count(low, high), Some(value)) => {
            // A script's 3 may arrive as 3.0.
            let count = value.as_f64().filter(|count| count.fract() == 0.0);
            match count.filter(|count| (f64::from(low)..=f64::from(high)).contains(count)) {
                Some(_) => Ok(()),
                None => Err(format!("expected a whole number from {low} to {high}")),
            }
        }
        (Takes::Settings | Takes::Options, Some(Value::Object(_))) => Ok(()),
        (Takes::Settings | Takes::Options, _) => expected("an object"),
        (Takes::Text, Some(Value::String(text))) if text.len() <= 100 => Ok(()),
        (Takes::Text, _) => expected("a short text"),
    }
}

/// A refusal of `window.lab`, which begins with the field it is about where there is one.
pub fn refused(reason: &str) -> Fault {
    let named = |field: &&str| {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        !field.is_empty() && field.bytes().all(is_name)
    };
    let field = reason.split(':').next().filter(named).filter(|field| field.len() < reason.len());
    Fault { name: "refused", field: field.unwrap_or_default().to_owned(), message: reason.to_owned() }
}

/// A call of the table that this page cannot do.
pub fn unsupported(method: &str) -> Fault {
    let message = "this version of Collapse Lab cannot do that; open the lab itself".to_owned();
    Fault { name: "unsupported", field: method.to_owned(), message }
}

#[cfg(test)]
mod tests;
