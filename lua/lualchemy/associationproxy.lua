--- la.associationproxy
return require "lualchemy.ext.associationproxy" --[[@as lualchemy.associationproxy]]
