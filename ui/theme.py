"""Colours and fonts of the page; every pair of text and ground has the contrast that WCAG 2.1 AA asks for."""

from __future__ import annotations

import gradio as gr

FONTS = ("Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "WenQuanYi Micro Hei")


def theme() -> gr.themes.Base:
    """Gradio's default theme in our colours, with fonts that computers have."""
    made = gr.themes.Default(
        primary_hue="teal",
        neutral_hue="slate",
        radius_size="lg",
        font=[*FONTS, "sans-serif"],
        font_mono=["SF Mono", "Consolas", "Liberation Mono", "monospace"],
    )
    made.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_800",
        button_cancel_background_fill="#b91c1c",
        button_cancel_background_fill_hover="#991b1b",
        body_text_color_subdued="*neutral_500",
        input_placeholder_color="*neutral_500",
        input_placeholder_color_dark="*neutral_400",
        button_secondary_background_fill="*neutral_100",
        button_secondary_background_fill_hover="*neutral_200",
    )
    return made
