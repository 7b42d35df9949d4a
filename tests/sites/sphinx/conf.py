project = "A tiny manual"
extensions = ["collapse_lab.sphinx"]
collapse_lab = {"src": "/lab/"}
# The EPUB builder asks for these.
copyright = "its authors"
version = "1"
