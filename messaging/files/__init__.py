"""Files that come with messages: checked by what they hold, drawn anew, kept with the message."""
