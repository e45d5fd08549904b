-- ".*" is an old way to write "*" in a loader option.
local la = require "lualchemy"

describe('the loader option ".*"', function()
  it("stands for all attributes", function()
    local Base = la.declarative_base()
    local Thing = Base:class("Thing", {__tablename__ = "thing", id = la.Column(la.Integer, {primary_key = true}),
      name = la.Column(la.String), word = la.Column(la.String)})
    assert.equal("SELECT thing.id, thing.word \nFROM thing",
      tostring(la.select(Thing):options(la.defer(".*"), la.undefer(Thing.word))))
  end)
end)
