//! Enumerations that a knob can choose from, each declared once with its name and label.
//!
//! Must not know which knob uses them.

/// One row of a choice: the stable key in links and JSON, the label on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Key in links and JSON; never renamed.
    pub name: &'static str,
    /// What the page shows.
    pub label: &'static str,
}

/// Declares an enum whose variants carry a stable name and a label.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $key:literal $label:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every variant in the order the page shows them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Names and labels, parallel to `ALL`.
            pub const CHOICES: &'static [$crate::experiment::choice::Choice] =
                &[$($crate::experiment::choice::Choice { name: $key, label: $label }),+];

            /// Stable key in links and JSON.
            pub fn name(self) -> &'static str {
                Self::CHOICES[self as usize].name
            }

            /// The variant called `name`, if there is one.
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.name() == name)
            }
        }
    };
}

choices! {
    /// Where the examples come from.
    DataName {
        /// 1,797 handwritten digits, 8x8, ten classes (UCI, via scikit-learn).
        Digits "digits" "Digits 8×8 (real)",
        /// A balanced subset of MNIST, 28x28, ten classes.
        Mnist "mnist" "MNIST 28×28 (real)",
        /// Two Gaussians in 10 dimensions whose means differ by `separation` in each.
        Gaussians "gaussians" "Two Gaussians",
        /// Discs against rings on 32x32x3 images.
        Shapes "shapes" "Disc or ring 32×32×3",
        /// Class = sign of a random linear function of 20 features.
        Linear "linear" "Linear rule, 20 features",
        /// Uniform random 32x32x3 pixels with coin-flip labels: nothing to learn.
        Noise "noise" "Random images, random labels",
    }
}

choices! {
    /// The family of the classifier.
    ModelName {
        /// Fully connected layers with ReLU.
        Mlp "mlp" "Dense network (MLP)",
        /// Convolution 3x3, ReLU, max-pool 2 per block, then one dense layer.
        Cnn "cnn" "Convolutional network (CNN)",
    }
}

choices! {
    /// Rule that turns gradients into steps.
    OptimizerName {
        /// Adam (Kingma & Ba 2015), epsilon 1e-8.
        Adam "adam" "Adam",
        /// Stochastic gradient descent with heavy-ball momentum.
        Sgd "sgd" "SGD with momentum",
    }
}

choices! {
    /// Distribution of the weights before the first step; biases start at zero.
    InitName {
        /// Normal, variance 2/fan_in (He et al. 2015).
        He "he" "He normal",
        /// Uniform, variance 2/(fan_in+fan_out) (Glorot & Bengio 2010).
        Glorot "glorot" "Glorot uniform",
        /// Normal with standard deviation `init_scale`, whatever the layer's size.
        Normal "normal" "Normal, fixed σ",
        /// All zeros: hidden units can never differ.
        Zeros "zeros" "All zeros",
    }
}

choices! {
    /// How the training counteracts class imbalance.
    Weighting {
        /// Every drawn example counts the same.
        None "none" "None",
        /// Each class's loss is weighted by 1 / (classes x share).
        InverseFrequency "inverse_frequency" "Class weights (inverse frequency)",
        /// Classes are drawn equally often; rare examples repeat.
        Oversampling "oversampling" "Oversampling",
    }
}
