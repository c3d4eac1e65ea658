"""The human surfaces: the command line and the Gradio app."""
