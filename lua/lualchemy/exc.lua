--- la.exc: the exception classes.
return require("lualchemy.error").exc --[[@as lualchemy.exc]]
