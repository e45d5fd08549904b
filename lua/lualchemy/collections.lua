--- la.collections
return require("lualchemy.orm.collections").names --[[@as lualchemy.collections]]
