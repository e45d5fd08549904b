--- la.hybrid
return require "lualchemy.ext.hybrid" --[[@as lualchemy.hybrid]]
