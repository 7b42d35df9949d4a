//! A model that has seen one class a thousand times as often as the others:
//!
//! <collapse-lab src="/lab/" preset="digits_majority" lock="data">
//! <a href="/lab/#scenario=digits_majority"><picture><source media="(prefers-color-scheme: dark)" srcset="/lab/posters/digits_majority-dark.svg"><img src="/lab/posters/digits_majority.svg" alt="Everything becomes a 0, although accuracy on data like the training data is 99%." width="700" height="420" loading="lazy"></picture><br>Zeros everywhere · Collapse Lab</a>
//! </collapse-lab>
//!
//! An experiment that is no scenario:
//!
//! <collapse-lab src="/lab/" experiment="v=1&amp;data=gaussians&amp;imbalance=99" height="600">
//! <a href="/lab/#v=1&amp;data=gaussians&amp;imbalance=99"><picture><img src="/lab/icon.svg" alt="A classifier in training" width="96" height="96" loading="lazy"></picture><br>An experiment · Collapse Lab</a>
//! </collapse-lab>
