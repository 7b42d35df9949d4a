//! The WebGPU device of the GPU worker.
//!
//! Must not know what is trained on it.

use super::worker::{Acquired, post};
use crate::protocol::{Backend, Event, RunError, RunId};
use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

unsafe extern "C" {
    fn __wasm_call_ctors();
}

/// Runs the constructors that cubecl registers through `inventory`, once.
///
/// If nothing refers to `__wasm_call_ctors`, wasm-ld makes every export run all of them at every
/// call, which made a training step 25 times slower.
pub(super) fn run_constructors() {
    // SAFETY: the linker defines this symbol; referring to it is what disables the wrappers, and
    // `main` is entered once.
    unsafe { __wasm_call_ctors() }
}

/// Operations gathered into one submission; more queue up unseen, fewer pay more round trips.
const TASKS_MAX: usize = 64;

/// Asks the browser for its adapter and device.
///
/// # Errors
/// There is no WebGPU, no adapter, or the device was refused.
pub(super) async fn acquire() -> Result<Acquired, String> {
    let options = Device::wgpu_options().tasks_max(TASKS_MAX);
    let (device, setup): (Device, WgpuSetup) =
        options.init_with_setup_async().await.map_err(|error| format!("{error:?}"))?;
    setup.device.set_device_lost_callback(|reason, message| {
        let reason = format!("the GPU device was lost ({reason:?}). {message}");
        post(&Event::Failed { run: RunId::default(), error: RunError::Device { reason } });
    });
    let info = setup.adapter.get_info();
    let browser = browser_info().await.unwrap_or_default();
    let adapter =
        [info.name, browser].into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join(" ");
    let lower = adapter.to_ascii_lowercase();
    let software = info.device_type == burn_wgpu::wgpu::DeviceType::Cpu
        || SOFTWARE.iter().any(|name| lower.contains(name));
    let adapter = if adapter.is_empty() { "unnamed adapter".to_owned() } else { adapter };
    let destroy = Box::new(move || setup.device.destroy());
    let device = device.as_dispatch().clone();
    Ok(Acquired { device, backend: Backend::Gpu, adapter, software, destroy })
}

/// Names of adapters that run on the CPU.
const SOFTWARE: [&str; 5] = ["swiftshader", "llvmpipe", "lavapipe", "software", "basic render"];

/// Vendor and architecture, which wgpu leaves out on the web.
async fn browser_info() -> Option<String> {
    let get = |object: &JsValue, key: &str| {
        Reflect::get(object, &key.into()).ok().filter(|value| !value.is_undefined())
    };
    let gpu = get(&get(&js_sys::global(), "navigator")?, "gpu")?;
    let request: Function = get(&gpu, "requestAdapter")?.dyn_into().ok()?;
    let promise: Promise = request.call0(&gpu).ok()?.dyn_into().ok()?;
    let info = get(&JsFuture::from(promise).await.ok()?, "info")?;
    let text = |key| get(&info, key).and_then(|value| value.as_string()).filter(|text| !text.is_empty());
    Some([text("vendor"), text("architecture")].into_iter().flatten().collect::<Vec<_>>().join(" "))
}
