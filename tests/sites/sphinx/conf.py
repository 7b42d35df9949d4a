project = "A tiny manual"
extensions = ["collapse_lab.sphinx"]
collapse_lab = {"src": "/lab/"}
