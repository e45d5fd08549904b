--- la.automap
return require "lualchemy.ext.automap" --[[@as lualchemy.automap]]
