//! The clinic over files as they are written elsewhere: what is read, what is said about broken ones, and
//! which cause comes first.

use collapse_lab::clinic::{
    Answers, Axis, Case, Choice, Confidence, Import, Kind, Note, Question, Reading, SAMPLES, Split,
    open_questions, ranking, read, report,
};
use std::fmt::Write;
use std::fs;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn sample(file: &str) -> String {
    fs::read_to_string(format!("{ROOT}/public/samples/{file}")).expect("every sample is there")
}

fn import(text: &str) -> Import {
    read(text, Choice::default()).unwrap_or_else(|fault| panic!("{}\n{text}", fault.text()))
}

/// Format, then what was read: metrics with their first and last value, or counts by actual class.
fn told(text: &str) -> String {
    let import = import(text);
    let mut said = format!("{:?}", import.format);
    match &import.reading {
        Reading::Curves(runs) => {
            for (run, curves) in runs {
                write!(said, " | {run}{:?}", curves.axis).expect("a string takes everything");
                for series in &curves.series {
                    let (first, last) = (series.points.first(), series.points.last());
                    let [first, last] = [first, last].map(|point| point.expect("never empty"));
                    let (kind, split) = (series.metric.kind, series.metric.split);
                    write!(said, " {split:?} {kind:?} {}:{}..{}:{}", first.0, first.1, last.0, last.1)
                        .expect("a string takes everything");
                }
            }
        }
        Reading::Predictions(predictions) => said += &counts(&predictions.matrix),
        Reading::Matrix(matrix) => said += &counts(matrix),
    }
    for note in import.notes {
        write!(said, " ({note:?})").expect("a string takes everything");
    }
    said
}

fn counts(matrix: &collapse_lab::clinic::Matrix) -> String {
    let classes = matrix.classes.len();
    let row = |row: usize| {
        let counts = (0..classes).map(|column| matrix.confusion.count(row, column).to_string());
        format!(" {} {}", matrix.classes[row], counts.collect::<Vec<_>>().join(","))
    };
    let missing = matrix.confusion.missing();
    let missing = if missing > 0 { format!(" missing {missing}") } else { String::new() };
    (0..classes).map(row).collect::<String>() + &missing
}

fn fault(text: &str) -> String {
    read(text, Choice::default()).expect_err(text).text()
}

#[test]
fn keras_histories_are_read_however_they_were_saved() {
    let same = "KerasHistory | Epoch Train Accuracy 1:0.5..2:0.75 Train Loss 1:0.7..2:0.5 Validation Loss 1:0.6..2:NaN";
    for text in [
        r#"{"loss": [0.7, 0.5], "accuracy": [0.5, 0.75], "val_loss": [0.6, NaN]}"#,
        r#"{"history": {"loss": [0.7, 0.5], "accuracy": [0.5, 0.75], "val_loss": [0.6, NaN]}, "epoch": [0, 1]}"#,
        "{'loss': [0.7, 0.5], 'accuracy': [0.5, 0.75], 'val_loss': [0.6, nan]}",
        "{'loss': [np.float64(0.7), np.float64(0.5)], 'accuracy': [0.5, 0.75], 'val_loss': [0.6, nan],}",
        // pandas' to_json.
        r#"{"loss":{"0":0.7,"1":0.5},"accuracy":{"0":0.5,"1":0.75},"val_loss":{"0":0.6,"1":"nan"}}"#,
    ] {
        assert_eq!(told(text), same, "{text}");
    }
}

#[test]
fn logs_of_other_tools_are_read() {
    let lightning = "epoch,step,train_loss_epoch,train_loss_step,val_acc,val_loss\r\n\
                     0,49,,0.71,,\r\n0,99,,,0.5,0.69\r\n0,99,0.7,,,\r\n1,149,,0.66,,\r\n1,199,,,0.75,0.5\r\n1,199,0.6,,,\r\n";
    assert_eq!(
        told(lightning),
        "Lightning | Step Train Loss 99:0.7..199:0.6 Validation Accuracy 99:0.5..199:0.75 Validation Loss 99:0.69..199:0.5"
    );
    let wandb = "\"Step\",\"fox - val/loss\",\"fox - val/loss__MIN\",\"fox - val/loss__MAX\",\"owl - val/loss\"\n\
                 \"0\",\"0.7\",\"0.7\",\"0.7\",\"\"\n\"10\",\"0.5\",\"0.5\",\"0.5\",\"0.9\"\n";
    assert_eq!(
        told(wandb),
        "WeightsAndBiases | foxCall Validation Loss 0:0.7..10:0.5 | owlCall Validation Loss 10:0.9..10:0.9"
    );
    assert_eq!(
        told("\u{feff}epoch;loss;acc;val_acc\n0;0,7;51,0;50,0\n1;0,5;75,5;50,0\n"),
        "KerasCsv | Epoch Train Loss 0:0.7..1:0.5 Train Accuracy 0:0.51..1:0.755 Validation Accuracy 0:0.5..1:0.5 (Percent)"
    );
    assert_eq!(
        told("Iteration\tTrain Loss\tLR\n100\ttensor(0.7, device='cuda:0')\t1e-3\n200\tinf\t1e-4\n"),
        "Metrics | Step Train Loss 100:0.7..200:inf Train Rate 100:0.001..200:0.0001"
    );
    let records = "{\"step\": 1, \"loss\": 0.7}\n{\"step\": 2, \"loss\": 0.5, \"eval_accuracy\": 0.8}\n";
    assert_eq!(told(records), "Metrics | Step Train Loss 1:0.7..2:0.5 Validation Accuracy 2:0.8..2:0.8");
    assert_eq!(told("epoch,loss\n0,0.7\n1,0.6\n2"), "KerasCsv | Epoch Train Loss 0:0.7..1:0.6 (CutLine)");
}

#[test]
fn predictions_are_counted_by_the_names_of_their_columns() {
    let cases = [
        ("y_true,y_pred\n0,0\n1,0\n1,1.0\n", "Predictions 0 1,0 1 1,1"),
        ("file,prediction,label\na,cat,dog\nb,cat,cat\n", "Predictions cat 1,0 dog 1,0"),
        ("cat\tcat\ndog\tcat\n", "Predictions cat 1,0 dog 1,0 (Guessed)"),
        ("1,0\n0,0\n1,0\n", "Predictions 0 1,0 1 2,0 (Guessed)"),
        ("label,score\n0,0.2\n1,0.4\n1,0.5\n", "Predictions 0 1,0 1 1,1 (Threshold)"),
        ("label,pred\n2,10\n10,10\n,1\n2,nan\n", "Predictions 2 0,1 10 0,1 missing 1 (Incomplete(1))"),
        (r#"{"y_true": ["a", "b"], "y_pred": ["a", "a"]}"#, "Predictions a 1,0 b 1,0"),
    ];
    for (text, expected) in cases {
        assert_eq!(told(text), expected, "{text}");
    }
    let choice = Choice { labels: Some(2), predictions: Some(0) };
    let chosen = read("one,two,three\nx,1,x\ny,2,x\n", choice).expect("chosen columns are read");
    let Reading::Predictions(predictions) = chosen.reading else { panic!("predictions were chosen") };
    assert_eq!(counts(&predictions.matrix), " x 1,1 y 0,0");
}

#[test]
fn confusion_matrices_are_read_in_any_dress() {
    let cases = [
        ("50,0\n48,2\n", "Matrix 0 50,0 1 48,2"),
        ("[[50  0]\n [48  2]]", "Matrix 0 50,0 1 48,2"),
        ("array([[50, 0],\n       [48, 2]])", "Matrix 0 50,0 1 48,2"),
        ("tensor([[50, 0], [48, 2]], device='cuda:0')", "Matrix 0 50,0 1 48,2"),
        (r#"{"confusion_matrix": [[50, 0], [48, 2]], "labels": ["cat", "dog"]}"#, "Matrix cat 50,0 dog 48,2"),
        (",cat,dog\ncat,50,0\ndog,48,2\n", "Matrix cat 50,0 dog 48,2"),
        ("cat;dog\n50;0\n48;2\n", "Matrix cat 50,0 dog 48,2"),
        ("cat,50,0\ndog,48,2\n", "Matrix cat 50,0 dog 48,2"),
        (",0,1\n0,50,0\n1,48,2\n", "Matrix 0 50,0 1 48,2"),
        (",cat,dog,All\ncat,50,0,50\ndog,48,2,50\nAll,98,2,100\n", "Matrix cat 50,0 dog 48,2 (Totals)"),
        ("1.0 0.0\n0.96 0.04\n", "Matrix 0 100,0 1 96,4 (Shares)"),
        ("50 0\n48 2", "Matrix 0 50,0 1 48,2"),
    ];
    for (text, expected) in cases {
        assert_eq!(told(text), expected, "{text}");
    }
}

#[test]
fn faults_name_line_and_column_and_what_to_do() {
    let cases = [
        ("", "There is no text."),
        ("epoch,loss\n0,0.7\n1,oops\n", "Line 3, column 2 (loss): “oops” is no number. Correct"),
        ("epoch,loss\n0,0.7\n1,0.6,0.5\n2,0.4\n", "Line 3, column 3: 3 cells here, 2 in the first line."),
        ("epoch,loss\n", "There are names but not one number."),
        ("{\"loss\": [0.7,\n 0.5 0.4]}", "Line 2, column 6: This is not JSON from here on."),
        ("{\"loss\": [0.7,\n 0.5", "The JSON ends before it is complete."),
        ("{\"loss\": [0.7,\n \"oops\"]}", "Line 2, column 3 (loss): “oops” is no number."),
        ("{\"weights\": 3}", "Line 1, column 1: The JSON holds no metrics"),
        ("[[1, 2, 3], [4, 5, 6]]", "2 rows of 3 numbers"),
        (",cat,dog\ncat,5,-1\ndog,2,3\n", "Line 2, column 3 (dog): “-1” is below zero"),
        ("a,b,c\nx,y,z\nu,v,w\nx,y,z\n", "These columns are not known: a, b, c."),
        ("id,label,x,y2\n1,a,3,4\n2,b,5,6\n", "Which columns hold labels and predictions?"),
        ("label,pred\na,a\na,a\n", "Only one class appears."),
        ("PK\u{3}\u{4}rest", "This is no text in UTF-8"),
    ];
    for (text, part) in cases {
        let said = fault(text);
        assert!(said.contains(part), "{text:?}: {said}");
    }
    let many: String =
        (0..150).fold("label,pred\n".to_owned(), |text, row| text + &format!("{row}.5,{row}.5\n"));
    assert!(fault(&many).contains("column 1 (label): 150 different values"), "{}", fault(&many));
    let long = "epoch,loss\n".to_owned() + &"1,0.5\n".repeat(200_001);
    assert!(fault(&long).contains("longer than 200,000 rows"), "{}", fault(&long));
    assert!(fault(&"x".repeat(16_000_001)).contains("larger than 16 MB"));
}

/// A generator for mutations; what it makes is the same every time.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

/// Whatever is read is judged and reported as well, and faults have words.
fn swallow(text: &str, choice: Choice) {
    match read(text, choice) {
        Ok(import) => {
            let case = Case::new([&import], 0, Answers::default());
            let ranking = ranking(&case);
            let said = report::markdown(&[import], &case, &ranking, "");
            assert!(!said.contains("clinic."), "{said}");
        }
        Err(fault) => {
            let said = fault.text();
            assert!(!said.contains("clinic.") && !said.contains("{what}"), "{said}");
        }
    }
}

#[test]
fn no_text_makes_it_panic() {
    let mut seeds: Vec<String> = SAMPLES.iter().map(|sample| self::sample(sample.file)).collect();
    seeds.extend(
        [
            "{'loss': [np.float64(0.7), nan], 'acc': array([1., 2.], dtype=float32)}",
            "[[50  0]\n [48  2]]",
            "label;pred\n\"a;b\";\"1,5\"\n\"c\";0,5\r\n",
            "[{\"step\": 1, \"loss\": 0.7}, {\"step\": 2}]",
            "\"a\"\"b\",\r\r\n\t \u{feff},é,“”\n",
        ]
        .map(str::to_owned),
    );
    let pieces = [
        "\"",
        "'",
        ",",
        ";",
        "\n",
        "\r",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "NaN",
        "-",
        "1e999",
        "é",
        "\\",
        "%",
        ":",
        "\u{0}",
        "∞",
        " - ",
        "99999999999999999999",
    ];
    let mut state = 7;
    for seed in &seeds {
        // Long samples add nothing but time.
        let seed: String = seed.chars().take(1500).collect();
        let letters: Vec<char> = seed.chars().collect();
        for _ in 0..400 {
            let mut text: Vec<char> = letters.clone();
            for _ in 0..1 + next(&mut state) % 6 {
                let at = next(&mut state) % (text.len() + 1);
                let length = next(&mut state) % 12;
                let end = (at + length).min(text.len());
                match next(&mut state) % 5 {
                    0 => drop(text.drain(at..end)),
                    1 => text.truncate(at),
                    2 => {
                        let copy: Vec<char> = text[at..end].to_vec();
                        text.splice(at..at, copy);
                    }
                    _ => {
                        let piece = pieces[next(&mut state) % pieces.len()];
                        text.splice(at..at, piece.chars());
                    }
                }
                if text.is_empty() {
                    break;
                }
            }
            let text: String = text.into_iter().collect();
            let chosen = |state: &mut u64| next(state).is_multiple_of(4).then(|| next(state) % 5);
            let choice = Choice { labels: chosen(&mut state), predictions: chosen(&mut state) };
            swallow(&text, choice);
        }
    }
    swallow(&"[".repeat(100_000), Choice::default());
    swallow(&"(".repeat(100_000), Choice::default());
    swallow(&"tensor(".repeat(20_000), Choice::default());
    swallow(&"\"".repeat(100_001), Choice::default());
    swallow(&",".repeat(100_000), Choice::default());
}

/// Causes that are more than unlikely, the likeliest first.
fn causes(files: &[&str], answers: &[(Question, &str)]) -> Vec<&'static str> {
    let case = case(files, answers);
    let ranking = ranking(&case);
    ranking
        .iter()
        .filter(|judged| judged.confidence() > Confidence::Unlikely)
        .map(|judged| judged.cause.name)
        .collect()
}

fn case(files: &[&str], answers: &[(Question, &str)]) -> Case {
    let imports: Vec<Import> = files.iter().map(|file| import(file)).collect();
    let mut given = Answers::default();
    answers.iter().for_each(|(question, answer)| given.set(*question, answer));
    Case::new(&imports, 0, given)
}

#[test]
fn every_sample_leads_to_its_cause() {
    let expected = [
        ("keras", "class_imbalance"),
        ("lightning", "learning_rate_high"),
        ("wandb", "overfit"),
        ("diverged", "exploding"),
        ("predictions", "sorted_batches"),
        ("matrix", "mislabelled"),
    ];
    for (sample, (name, cause)) in SAMPLES.iter().zip(expected) {
        assert_eq!(sample.name, name);
        let found = causes(&[&self::sample(sample.file)], sample.answers);
        assert_eq!(found.first(), Some(&cause), "{name}: {found:?}");
    }
}

#[test]
fn a_good_model_has_no_cause() {
    let good = "95,5\n4,96\n";
    assert_eq!(
        causes(&[good], &[(Question::ClassCounts, "500, 500"), (Question::LearningRate, "0.001")]),
        [""; 0]
    );
    let odd = "epoch,loss,val_loss,accuracy,val_accuracy\n0,0.5,0.5,0.8,0.81\n1,0.3,0.31,0.9,0.9\n2,0.2,0.25,0.93,0.92\n3,0.18,0.25,0.94,0.92\n";
    assert_eq!(causes(&[good, odd], &[]), [""; 0]);
}

#[test]
fn answers_turn_the_ranking_and_what_is_asked_next() {
    let collapsed = "100,0\n100,0\n";
    let first = |answers: &[(Question, &str)]| causes(&[collapsed], answers).first().copied();
    assert_eq!(first(&[(Question::ClassCounts, "990, 10")]), Some("class_imbalance"));
    assert_eq!(first(&[(Question::LearningRate, "1")]), Some("learning_rate_high"));
    assert_eq!(
        first(&[(Question::Optimizer, "sgd"), (Question::LearningRate, "0.00001")]),
        Some("learning_rate_low")
    );
    assert_eq!(first(&[(Question::Shuffling, "no")]), Some("sorted_batches"));
    assert_eq!(first(&[(Question::LastLayer, "softmax_one")]), Some("one_unit"));
    assert_eq!(first(&[(Question::Init, "zero")]), Some("zero_init"));
    assert_eq!(
        first(&[(Question::LastLayer, "softmax"), (Question::Loss, "from_logits")]),
        Some("wrong_loss")
    );
    let asked = |answers: &[(Question, &str)]| open_questions(&ranking(&case(&[collapsed], answers)));
    let all = asked(&[]);
    assert!(all.iter().take(5).any(|question| *question == Question::LearningRate), "{all:?}");
    let fewer = asked(&[(Question::LearningRate, "0.001")]);
    assert!(!fewer.contains(&Question::LearningRate) && fewer.len() + 1 == all.len(), "{fewer:?}");
}

#[test]
fn curves_know_their_axis_and_a_report_says_all() {
    let import = import(&sample("lightning-metrics.csv"));
    let Reading::Curves(runs) = &import.reading else { panic!("a log") };
    assert_eq!(runs[0].1.axis, Axis::Step);
    assert!(runs[0].1.find(Kind::Loss, Split::Validation).is_some());
    assert_eq!(import.notes, Vec::<Note>::new());
    let case = Case::new([&import], 0, Answers::default());
    let said = report::markdown(&[import], &case, &ranking(&case), "https://example.org/");
    for part in ["# Diagnose my own run", "Lightning", "## 1. ", "https://example.org/#v=1"] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
