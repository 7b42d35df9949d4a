//! Tasks of a page's main thread in what Chromium recorded.
//!
//! Must not know what the page does. The format is the Trace Event Format, an event per message of the driver's
//! performance log.

use serde_json::Value;
use std::collections::HashMap;

/// What a browser calls the thread a page's scripts run on.
const MAIN: &str = "CrRendererMain";
/// What it calls a task.
const TASK: &str = "ThreadControllerImpl::RunTask";

/// Milliseconds of the longest task of the busiest page, from the log's messages.
///
/// # Errors
/// There is none: nothing was recorded.
pub fn longest_task<'a>(messages: impl Iterator<Item = &'a str>) -> Result<f64, String> {
    let mut mains: HashMap<[u64; 2], Vec<f64>> = HashMap::new();
    let mut tasks: Vec<([u64; 2], f64)> = Vec::new();
    for event in messages.filter_map(event) {
        let thread = [&event["pid"], &event["tid"]].map(|id| id.as_u64().unwrap_or_default());
        if event["name"] == "thread_name" && event["args"]["name"] == MAIN {
            mains.entry(thread).or_default();
        } else if event["name"] == TASK && event["ph"] == "X" {
            tasks.push((thread, event["dur"].as_f64().unwrap_or_default() / 1000.0));
        }
    }
    for (thread, millis) in tasks {
        if let Some(tasks) = mains.get_mut(&thread) {
            tasks.push(millis);
        }
    }
    let busiest = mains.into_values().max_by_key(Vec::len).unwrap_or_default();
    busiest.into_iter().reduce(f64::max).ok_or_else(|| "no task was recorded".to_owned())
}

/// The trace's event in a message of the log, if that is what it brings.
fn event(message: &str) -> Option<Value> {
    let mut message: Value = serde_json::from_str(message).ok()?;
    let message = message["message"].take();
    (message["method"] == "Tracing.dataCollected").then(|| message["params"].clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(method: &str, params: &str) -> String {
        format!(r#"{{"message":{{"method":"{method}","params":{params}}},"webview":"1"}}"#)
    }

    fn task(thread: u32, micros: u32) -> String {
        let params = format!(r#"{{"pid":7,"tid":{thread},"ph":"X","name":"{TASK}","dur":{micros}}}"#);
        message("Tracing.dataCollected", &params)
    }

    fn name(thread: u32, name: &str) -> String {
        let params =
            format!(r#"{{"pid":7,"tid":{thread},"ph":"M","name":"thread_name","args":{{"name":"{name}"}}}}"#);
        message("Tracing.dataCollected", &params)
    }

    #[test]
    fn the_longest_of_the_busiest_main_thread_counts() {
        let other = message("Network.dataReceived", "{}");
        // Names may come after the tasks; 1 is a page, 2 another that only began, 3 a worker.
        let log = [
            task(1, 4_000),
            task(2, 90_000),
            task(3, 80_000),
            other,
            task(1, 12_500),
            name(1, MAIN),
            name(2, MAIN),
            name(3, "DedicatedWorker thread"),
        ];
        assert_eq!(longest_task(log.iter().map(String::as_str)), Ok(12.5));
    }

    #[test]
    fn a_browser_that_records_nothing_is_an_error() {
        assert!(longest_task([name(1, MAIN)].iter().map(String::as_str)).is_err());
    }
}
