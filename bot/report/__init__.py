"""The report conversation: what is known of a case, what is still asked, the plan that follows and the sheet to take along."""
