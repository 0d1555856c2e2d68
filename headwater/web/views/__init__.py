"""One file per screen: functions that read the request, call a door and render."""
