"""Practice for professionals: a simulated person from a written scene, a coach that listens, feedback on each turn, a report."""
