--- la.orderinglist
return require "lualchemy.ext.orderinglist" --[[@as lualchemy.orderinglist]]
