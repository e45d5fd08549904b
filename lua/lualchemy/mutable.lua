--- la.mutable
return require "lualchemy.ext.mutable" --[[@as lualchemy.mutable]]
