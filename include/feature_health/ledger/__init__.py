"""What happened: deliveries, verdicts, holds, publications, incidents and messages, in one SQL database. Judges nothing."""
