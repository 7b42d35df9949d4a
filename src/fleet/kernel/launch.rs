//! Our shaders on Burn's buffers.
//!
//! Must not know what a shader computes. Sizes are compiled in; the number of lanes is the depth of the
//! dispatch, so that a fork compiles nothing.

use crate::experiment::Activation;
use crate::fleet::tensor::{Primitive, Tensor};
use burn::backend::{BackendTensor, DType, DispatchKindConversion, Shape};
use burn_wgpu::{CubeTensor, Wgpu};
use cubecl::client::Client;
use cubecl::ir::{UIntKind, metadata::Info, settings::Dim3};
use cubecl::prelude::{
    AddressType, CubeCount, ElemType, ExecutionMode, KernelDefinition, KernelId, KernelMetadata,
    KernelSettings, Scope,
};
use cubecl::server::KernelArguments;
use cubecl::{CubeKernel, Device, PrecompiledSource};

/// A WGSL text with its sizes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Shader {
    /// Tells shaders apart, together with the constants.
    name: &'static str,
    text: &'static str,
    /// Functions the text calls.
    parts: Vec<&'static str>,
    numbers: Vec<(&'static str, u32)>,
    /// Start and length of each tensor in one lane, for `tensor_of`.
    spans: Vec<(u32, u32)>,
}

/// Threads of one group, as `thread.wgsl` has it.
const WORKGROUP: usize = 64;
/// Groups in one row of a dispatch; WebGPU allows 65535.
const ROW: usize = 32768;

impl Shader {
    /// `text` with the numbers it names in capitals.
    pub fn new(name: &'static str, text: &'static str, numbers: &[(&'static str, usize)]) -> Self {
        let numbers = numbers.iter().map(|&(name, number)| (name, number as u32)).collect();
        Self { name, text, parts: Vec::new(), numbers, spans: Vec::new() }
    }

    /// Adds `tensor_of`, which has the start and length of the tensor that a lane's parameter is in.
    pub fn spans(mut self, spans: impl Iterator<Item = (usize, usize)>) -> Self {
        self.spans = spans.map(|(start, length)| (start as u32, length as u32)).collect();
        self
    }

    /// Adds functions.
    pub fn part(mut self, text: &'static str) -> Self {
        self.parts.push(text);
        self
    }

    /// Adds `activate` and `slope`, which has the slope for an output.
    pub fn activation(self, kind: Activation) -> Self {
        self.part(functions(kind).expect("the plan covers this activation"))
    }

    /// Runs `threads` threads for each lane.
    pub fn launch(self, gpu: &Gpu, threads: usize, lanes: usize, buffers: &[&CubeTensor]) {
        let groups = threads.div_ceil(WORKGROUP);
        let (columns, rows) = (groups.min(ROW), groups.div_ceil(ROW));
        let arguments = buffers.iter().fold(KernelArguments::new(), |arguments, buffer| {
            arguments.with_buffer(buffer.handle.clone().binding())
        });
        let count = CubeCount::Static(columns as u32, rows as u32, lanes as u32);
        gpu.client.launch(Box::new(self), count, arguments);
    }
}

/// `activate` and `slope` in WGSL; `None` for an activation whose slope needs more than its output.
///
/// The comparisons let NaN through: a diverged model must look like one.
pub(super) fn functions(kind: Activation) -> Option<&'static str> {
    match kind {
        Activation::Relu => Some(include_str!("relu.wgsl")),
        Activation::LeakyRelu => Some(include_str!("leaky_relu.wgsl")),
        Activation::Tanh => Some(include_str!("tanh.wgsl")),
        Activation::Sigmoid => Some(include_str!("sigmoid.wgsl")),
        Activation::Gelu => None,
    }
}

impl KernelMetadata for Shader {
    fn name(&self) -> &'static str {
        self.name
    }

    fn id(&self) -> KernelId {
        KernelId::new::<Self>().info((
            self.name,
            self.parts.clone(),
            self.numbers.clone(),
            self.spans.clone(),
        ))
    }

    fn address_type(&self) -> ElemType {
        ElemType::UInt(UIntKind::U32)
    }
}

impl CubeKernel for Shader {
    /// Only a key: the text stands for the kernel.
    fn define(&self) -> KernelDefinition {
        let group = Dim3::new_1d(WORKGROUP as u32);
        let settings = KernelSettings::new(group, ExecutionMode::Unchecked, AddressType::U32);
        KernelDefinition { body: Scope::root(settings.clone()), settings, info: Info::default() }
    }

    fn source(&self) -> Option<PrecompiledSource> {
        let numbers = self.numbers.iter().map(|(name, number)| format!("const {name} = {number}u;\n"));
        let parts = self.parts.concat();
        let source = numbers.collect::<String>()
            + include_str!("thread.wgsl")
            + &parts
            + &tensor_of(&self.spans)
            + self.text;
        Some(PrecompiledSource { source, entrypoint_name: "main".to_owned(), lang: "wgsl" })
    }
}

/// A chain of comparisons: indexing a list by a thread's number is slow on some adapters.
fn tensor_of(spans: &[(u32, u32)]) -> String {
    if spans.is_empty() {
        return String::new();
    }
    let branch = |(start, length): &(u32, u32)| {
        format!("    if (at >= {start}u) {{ tensor = vec2<u32>({start}u, {length}u); }}\n")
    };
    let branches: String = spans.iter().map(branch).collect();
    format!(
        "fn tensor_of(at: u32) -> vec2<u32> {{\n    var tensor = vec2<u32>();\n{branches}    return tensor;\n}}\n"
    )
}

/// Where kernels run and buffers come from.
pub(super) struct Gpu {
    client: Client,
    device: Device,
}

impl Gpu {
    /// The one that holds `tensor`.
    pub fn of(tensor: &CubeTensor) -> Self {
        Self { client: tensor.client.clone(), device: tensor.device.clone() }
    }

    /// A buffer with whatever was there.
    pub fn empty<const D: usize>(&self, shape: [usize; D]) -> CubeTensor {
        let handle = self.client.empty(shape.iter().product::<usize>() * size_of::<f32>());
        let (client, device) = (self.client.clone(), self.device.clone());
        CubeTensor::new_contiguous(client, device, Shape::from(shape), handle, DType::F32)
    }
}

/// The buffer behind a tensor that a kernel or an upload made; `None` on the CPU.
pub(super) fn buffer<const D: usize>(tensor: &Tensor<D>) -> Option<CubeTensor> {
    match <Primitive as DispatchKindConversion<Wgpu>>::try_into_backend(tensor.clone().0) {
        Ok(BackendTensor::Float(buffer)) => Some(buffer),
        _ => None,
    }
}

/// The tensor of a buffer.
pub(super) fn tensor<const D: usize>(buffer: CubeTensor) -> Tensor<D> {
    Tensor(<Primitive as DispatchKindConversion<Wgpu>>::from_backend(BackendTensor::Float(buffer)))
}
