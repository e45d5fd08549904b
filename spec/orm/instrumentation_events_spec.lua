--- Events of classes that are mapped, and of what a flush reads back.
local la = require "lualchemy"

local function key() return la.Column{la.Integer, primary_key = true} end

describe("instrumentation events", function()
  it("tell of classes, of their attributes when they are configured, and of classes that are disposed of", function()
    local Base, heard = la.declarative_base(), {}
    for _, name in ipairs{"class_instrument", "attribute_instrument", "class_uninstrument"} do
      la.event.listen(Base, name, function(class, attribute)
        heard[#heard + 1] = name .. " " .. class.__name__ .. " " .. tostring(attribute)
      end)
    end
    local Animal = Base:class("Animal", {__tablename__ = "animal", id = key(), name = la.Column{la.String}})
    Animal:class("Cat", {lives = la.Column{la.Integer}})
    assert.same({"class_instrument Animal nil", "class_instrument Cat nil"}, heard)
    Base.registry:configure()
    Base.registry:dispose()
    assert.same({"class_instrument Animal nil", "class_instrument Cat nil", "attribute_instrument Animal id",
      "attribute_instrument Cat id", "attribute_instrument Animal name", "attribute_instrument Cat name",
      "attribute_instrument Cat lives", "class_uninstrument Cat nil", "class_uninstrument Animal nil"}, heard)
  end)
end)

describe("after_mapper_constructed", function()
  it("follows instrument_class", function()
    local heard = {}
    local function note(name)
      return function(mapper) heard[#heard + 1] = name .. " " .. mapper.class_name end
    end
    local first, second = note "instrument_class", note "after_mapper_constructed"
    la.event.listen(la.Mapper, "instrument_class", first)
    la.event.listen(la.Mapper, "after_mapper_constructed", second)
    la.declarative_base():class("Thing", {__tablename__ = "thing", id = key()})
    la.event.remove(la.Mapper, "instrument_class", first)
    la.event.remove(la.Mapper, "after_mapper_constructed", second)
    assert.same({"instrument_class Thing", "after_mapper_constructed Thing"}, heard)
  end)
end)

describe("refresh_flush", function()
  it("names the attributes that a statement gave values: those that came back, then defaults", function()
    local Base, heard = la.declarative_base(), {}
    local Thing = Base:class("Thing", {
      __tablename__ = "thing",
      id = key(),
      word = la.Column{la.String, server_default = "w"},
      number = la.Column{la.Integer, default = 5},
      changed = la.Column{la.Integer, onupdate = 6},
      note = la.Column{la.String},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    la.event.listen(Thing, "refresh_flush", function(thing, _, names)
      heard[#heard + 1] = thing.id .. " " .. table.concat(names, " ")
    end)
    local session = la.Session(engine)
    local thing = Thing{note = "a"}
    session:add(thing)
    session:flush()
    thing.note = "b"
    session:flush()
    session:add_all{Thing{word = "x", number = 1}, Thing{word = "y", number = 2}}
    session:flush()
    assert.same({"1 word number", "1 changed"}, heard)
  end)
end)
