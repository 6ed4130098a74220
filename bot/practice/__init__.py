"""Practice for professionals: talks with a written person, and a coach that listens."""
