//! The dialogue that offers the files.
//!
//! Must not know how they are made.

use super::counter::Counter;
use crate::export::{Plan, Target};
use crate::t;
use crate::web::dom;
use crate::web::icon::{Icon, icon};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDialogElement, HtmlElement, Url};

/// Shows a run's dialogue; it is gone for good when it is closed.
pub fn open(counter: Rc<Counter>) {
    let element = document().create_element("dialog").ok();
    let Some(dialog) = element.and_then(|element| element.dyn_into::<HtmlDialogElement>().ok()) else {
        return;
    };
    if document().body().and_then(|body| body.append_child(&dialog).ok()).is_none() {
        return;
    }
    // Setting an attribute of an existing element fails only for invalid names.
    let _ = dialog.set_attribute("aria-labelledby", "dialog-export");
    let _ = dialog.set_attribute("id", "export-dialog");
    let host: HtmlElement = dialog.clone().unchecked_into();
    let shown = dialog.clone();
    let mounted = leptos::mount::mount_to(host, move || layout(counter, shown));
    let gone = dialog.clone();
    let closed = wasm_bindgen::closure::Closure::once_into_js(move || {
        drop(mounted);
        gone.remove();
    });
    // Adding a listener to an existing element cannot fail.
    let _ = dialog.add_event_listener_with_callback("close", closed.unchecked_ref());
    // Fails only for an element that is open or not in the document.
    let _ = dialog.show_modal();
}

/// What the dialogue's buttons share.
#[derive(Clone, Copy)]
struct Desk {
    counter: StoredValue<Rc<Counter>, LocalStorage>,
    /// What happened last, for everybody to read.
    said: RwSignal<String>,
}

fn layout(counter: Rc<Counter>, dialog: HtmlDialogElement) -> AnyView {
    let desk = Desk {
        counter: StoredValue::new_local(counter.clone()),
        said: RwSignal::new(t!("export.working").to_owned()),
    };
    let plan = RwSignal::new_local(None::<Rc<Plan>>);
    let said = desk.said;
    let planned = counter.clone();
    spawn_local(async move {
        match planned.plan().await {
            Ok(found) => {
                plan.set(Some(found));
                said.set(String::new());
            }
            Err(reason) => said.set(t!("export.failed", reason = reason.as_str())),
        }
    });
    let parcel = &counter.parcel;
    let weights = desk.buttons(&[("safetensors", "safetensors"), ("onnx", "ONNX")]);
    let run = desk.buttons(&[("csv", "CSV"), ("json", "JSON")]);
    let charts: Vec<AnyView> = parcel.charts.iter().map(|(chart, title)| desk.chart(chart, title)).collect();
    let programs = move || {
        let plan = plan.get()?;
        let views = Target::ALL.map(|target| desk.program(&plan, target));
        Some(views.into_iter().collect::<Vec<_>>())
    };
    view! {
        <header class="card-head">
            <h2 id="dialog-export">{t!("export.title")}</h2>
            <button
                type="button"
                class="button square"
                aria-label=t!("export.close")
                on:click=move |_| dialog.close()
            >
                {icon(Icon::Close)}
            </button>
        </header>
        <div class="share export">
            <p class="quiet">{t!("export.help")}</p>
            <p class="export-said" role="status">{said}</p>
            <h3>{t!("export.code")}</h3>
            <p class="quiet">{t!("export.code.help")}</p>
            {programs}
            <h3>{t!("export.weights", n = parcel.step)}</h3>
            <p class="quiet">{t!("export.weights.help")}</p>
            {weights}
            <h3>{t!("export.run")}</h3>
            <p class="quiet">{t!("export.run.help", n = parcel.history.snapshots().len() as u32)}</p>
            {run}
            <h3>{t!("export.charts")}</h3>
            <p class="quiet">{t!("export.charts.help")}</p>
            {charts}
        </div>
    }
    .into_any()
}

impl Desk {
    /// Name, buttons and differences of one target.
    fn program(self, plan: &Plan, target: Target) -> AnyView {
        let name = name_of(target);
        let zip = [target.name(), ".zip"].concat();
        let notebook = (target != Target::Burn)
            .then(|| self.button([target.name(), ".ipynb"].concat(), t!("export.notebook").to_owned()));
        let desk = self;
        let copy = move |_| {
            spawn_local(async move {
                match desk.counter.get_value().code(target.name()).await {
                    Ok(text) if dom::copy(&text).await.is_ok() => {
                        desk.said.set(t!("export.copied").to_owned())
                    }
                    Ok(_) => desk.said.set(t!("export.copy_blocked").to_owned()),
                    Err(reason) => desk.said.set(t!("export.failed", reason = reason.as_str())),
                }
            });
        };
        let caveats = plan.caveats(target);
        let differs = match caveats.is_empty() {
            true => view! { <p class="quiet">{t!("export.same")}</p> }.into_any(),
            false => {
                let items: Vec<_> =
                    caveats.into_iter().map(|caveat| view! { <li>{caveat.text()}</li> }).collect();
                view! {
                    <details open>
                        <summary>{t!("export.differs", target = name)}</summary>
                        <ul data-caveats=target.name()>{items}</ul>
                    </details>
                }
                .into_any()
            }
        };
        view! {
            <section class="export-target" data-target=target.name()>
                <h4>{name}</h4>
                <div class="row">
                    {self.button(zip, t!("export.program").to_owned())} {notebook}
                    <button type="button" class="button" on:click=copy>{t!("export.copy")}</button>
                </div>
                {differs}
            </section>
        }
        .into_any()
    }

    fn chart(self, chart: &str, title: &str) -> AnyView {
        let button = |form: &str, name: &str| self.button([chart, ".", form].concat(), name.to_owned());
        view! {
            <div class="row export-chart">
                <span>{title.to_owned()}</span>
                {button("svg", "SVG")}
                {button("png", "PNG")}
            </div>
        }
        .into_any()
    }

    fn buttons(self, kinds: &[(&str, &str)]) -> AnyView {
        let buttons: Vec<AnyView> =
            kinds.iter().map(|(kind, name)| self.button((*kind).to_owned(), (*name).to_owned())).collect();
        view! { <div class="row">{buttons}</div> }.into_any()
    }

    /// A button that saves a file.
    fn button(self, kind: String, name: String) -> AnyView {
        let (desk, wanted) = (self, kind.clone());
        let save = move |_| {
            let kind = wanted.clone();
            spawn_local(async move {
                desk.said.set(match desk.counter.get_value().file(&kind).await {
                    Ok(blob) => match download(&blob, &kind) {
                        Some(file) => t!("export.saved", name = file.as_str()),
                        None => t!("export.failed", reason = kind.as_str()),
                    },
                    Err(reason) => t!("export.failed", reason = reason.as_str()),
                });
            });
        };
        view! { <button type="button" class="button" data-file=kind on:click=save>{name}</button> }.into_any()
    }
}

fn name_of(target: Target) -> &'static str {
    match target {
        Target::Keras => "Keras",
        Target::PyTorch => "PyTorch",
        Target::Burn => "Burn",
    }
}

/// Hands a file to the browser's downloads; its name.
fn download(blob: &web_sys::Blob, kind: &str) -> Option<String> {
    // "onnx" is a suffix alone, "keras.zip" says what is in it.
    let name = match kind.contains('.') {
        true => ["collapse-lab-", kind].concat(),
        false => ["collapse-lab.", kind].concat(),
    };
    let address = Url::create_object_url_with_blob(blob).ok()?;
    let link: HtmlElement = document().create_element("a").ok()?.dyn_into().ok()?;
    link.set_attribute("href", &address).ok()?;
    link.set_attribute("download", &name).ok()?;
    link.click();
    // The browser has the file by then; fails only for addresses that are none.
    set_timeout(move || drop(Url::revoke_object_url(&address)), Duration::from_secs(10));
    Some(name)
}
