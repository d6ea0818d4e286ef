"""How dates are printed: in full, as in the Panel's papers."""

DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
