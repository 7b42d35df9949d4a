//! A model as an ONNX file: the few operators dense and convolutional classifiers need.
//!
//! Must not know how the model was trained. The numbers of fields are those of `onnx.proto`, version 3.

use super::archive::Numbers;
use super::model::{Convention, Model, Named, identifier, norm_identifier};
use crate::architecture::{InputShape, LayerKind};
use crate::experiment::Activation;
use ::prost::Message;

/// The model as it predicts: `inputs`, as they are fed in, to `logits`.
///
/// `about`: names and values kept in the file's metadata.
pub fn onnx(model: &Model, about: &[(&str, String)]) -> Vec<u8> {
    let shape = &model.architecture;
    let is_gelu = shape.activation == Activation::Gelu;
    let weights = model.tensors(Convention::PyTorch);
    let batch = Dimension { value: None, name: Some("examples".to_owned()) };
    let side = |value: usize| Dimension { value: Some(value as i64), name: None };
    let is_conv = matches!(shape.layers[0].kind, LayerKind::Conv { .. });
    let input: Vec<Dimension> = match shape.input {
        InputShape::Image(sides) if is_conv => {
            std::iter::once(batch.clone()).chain(sides.map(side)).collect()
        }
        input => vec![batch.clone(), side(input.features())],
    };
    let graph = Graph {
        node: nodes(model),
        name: "classifier".to_owned(),
        initializer: weights.iter().map(tensor).collect(),
        input: vec![value("inputs", input)],
        output: vec![value("logits", vec![batch, side(shape.outputs())])],
    };
    let metadata = |(key, value): &(&str, String)| Property { key: (*key).to_owned(), value: value.clone() };
    let file = File {
        ir_version: 9,
        producer_name: "Collapse Lab".to_owned(),
        graph: Some(graph),
        // GELU came with version 20; older readers know 17.
        opset_import: vec![Opset { domain: String::new(), version: if is_gelu { 20 } else { 17 } }],
        metadata_props: about.iter().map(metadata).collect(),
    };
    file.encode_to_vec()
}

fn nodes(model: &Model) -> Vec<Node> {
    let shape = &model.architecture;
    let (mut nodes, mut signal, last) = (Vec::new(), "inputs".to_owned(), shape.layers.len() - 1);
    for (index, (layer, numbers)) in shape.layers.iter().zip(&model.layers).enumerate() {
        let name = identifier(layer);
        let mut put = |kind: &str, more: &[String], attribute: Vec<Attribute>| {
            let output = if index == last { "logits".to_owned() } else { format!("{name}/{kind}") };
            let input = std::iter::once(&signal).chain(more).cloned().collect();
            nodes.push(Node {
                input,
                output: vec![output.clone()],
                name: output.clone(),
                op_type: kind.to_owned(),
                attribute,
            });
            signal = output;
        };
        let mut weights = vec![format!("{name}.weight")];
        if numbers.norm.is_none() {
            weights.push(format!("{name}.bias"));
        }
        let is_conv = matches!(layer.kind, LayerKind::Conv { .. });
        if is_conv {
            put("Conv", &weights, vec![ints("kernel_shape", &[3, 3]), ints("pads", &[1; 4])]);
            put("MaxPool", &[], vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])]);
        } else {
            put("Gemm", &weights, vec![int("transB", 1)]);
        }
        if numbers.norm.is_some() {
            let parts = ["weight", "bias", "running_mean", "running_var"];
            let parts = parts.map(|part| format!("{}.{part}", norm_identifier(layer)));
            put("BatchNormalization", &parts, vec![float("epsilon", 1e-3)]);
        }
        if index == last {
            continue;
        }
        match shape.activation {
            Activation::Relu => put("Relu", &[], vec![]),
            Activation::LeakyRelu => put("LeakyRelu", &[], vec![float("alpha", 0.01)]),
            Activation::Tanh => put("Tanh", &[], vec![]),
            Activation::Sigmoid => put("Sigmoid", &[], vec![]),
            Activation::Gelu => put("Gelu", &[], vec![text("approximate", "tanh")]),
        }
        if is_conv && matches!(shape.layers[index + 1].kind, LayerKind::Dense { .. }) {
            put("Transpose", &[], vec![ints("perm", &[0, 2, 3, 1])]);
            put("Flatten", &[], vec![]);
        }
    }
    nodes
}

fn tensor(named: &Named) -> Tensor {
    let Numbers::Floats(numbers) = &named.numbers else { unreachable!("weights are floats") };
    Tensor {
        dims: named.shape.iter().map(|side| *side as i64).collect(),
        data_type: FLOAT,
        name: named.name.clone(),
        raw_data: numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
    }
}

fn value(name: &str, dim: Vec<Dimension>) -> ValueInfo {
    let tensor = TensorType { elem_type: FLOAT, shape: Some(Shape { dim }) };
    ValueInfo { name: name.to_owned(), r#type: Some(Type { tensor_type: Some(tensor) }) }
}

fn ints(name: &str, values: &[i64]) -> Attribute {
    Attribute { name: name.to_owned(), ints: values.to_vec(), kind: 7, ..Attribute::default() }
}

fn int(name: &str, value: i64) -> Attribute {
    Attribute { name: name.to_owned(), i: value, kind: 2, ..Attribute::default() }
}

fn float(name: &str, value: f32) -> Attribute {
    Attribute { name: name.to_owned(), f: value, kind: 1, ..Attribute::default() }
}

fn text(name: &str, value: &str) -> Attribute {
    Attribute { name: name.to_owned(), s: value.as_bytes().to_vec(), kind: 3, ..Attribute::default() }
}

/// `TensorProto.DataType.FLOAT`.
const FLOAT: i32 = 1;

#[derive(Clone, PartialEq, Message)]
struct File {
    #[prost(int64, tag = "1")]
    ir_version: i64,
    #[prost(string, tag = "2")]
    producer_name: String,
    #[prost(message, optional, tag = "7")]
    graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    opset_import: Vec<Opset>,
    #[prost(message, repeated, tag = "14")]
    metadata_props: Vec<Property>,
}

#[derive(Clone, PartialEq, Message)]
struct Opset {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(int64, tag = "2")]
    version: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Property {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(string, tag = "2")]
    value: String,
}

#[derive(Clone, PartialEq, Message)]
struct Graph {
    #[prost(message, repeated, tag = "1")]
    node: Vec<Node>,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
struct Node {
    #[prost(string, repeated, tag = "1")]
    input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    output: Vec<String>,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    op_type: String,
    #[prost(message, repeated, tag = "5")]
    attribute: Vec<Attribute>,
}

#[derive(Clone, PartialEq, Message)]
struct Attribute {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(float, tag = "2")]
    f: f32,
    #[prost(int64, tag = "3")]
    i: i64,
    #[prost(bytes = "vec", tag = "4")]
    s: Vec<u8>,
    #[prost(int64, repeated, tag = "8")]
    ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    kind: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "vec", tag = "9")]
    raw_data: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueInfo {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    r#type: Option<Type>,
}

#[derive(Clone, PartialEq, Message)]
struct Type {
    #[prost(message, optional, tag = "1")]
    tensor_type: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorType {
    #[prost(int32, tag = "1")]
    elem_type: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
struct Shape {
    #[prost(message, repeated, tag = "1")]
    dim: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
struct Dimension {
    #[prost(int64, optional, tag = "1")]
    value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
}
