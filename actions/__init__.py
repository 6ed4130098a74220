"""Custom actions, one a file. Thin: they give names of topics; words are content's and decisions are bot's."""
