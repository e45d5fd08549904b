--- la.attributes
return require "lualchemy.orm.attributes" --[[@as lualchemy.attributes]]
