"""How Sphinx builds these pages; `make docs`."""

project = "Private SageMaker Studio"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_copyright = False
myst_heading_anchors = 3
nitpicky = True
