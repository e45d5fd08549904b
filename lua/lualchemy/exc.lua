--- la.exc: the exception classes.
local err = require "lualchemy.error"

function err.by_hand(...) return require("lualchemy.engine.exception")(...) end

return err.exc --[[@as lualchemy.exc]]
