"""An admin who asks for every report of every cohort, and tries to find out what one person did."""
