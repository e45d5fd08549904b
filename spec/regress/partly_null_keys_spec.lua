-- Keys, rows and classes that were taken for others.
local la = require "lualchemy"

local function open(Base, statements)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  la.event.listen(engine, "before_cursor_execute", function(_, _, sql)
    statements[#statements + 1] = (sql:gsub("%s+", " "))
  end)
  return la.Session(engine)
end

describe("a foreign key of which a part is NULL", function()
  local function asked(allowed)
    local Base = la.declarative_base()
    Base:class("Place", {
      __tablename__ = "place",
      x = la.Column{la.Integer, primary_key = true},
      y = la.Column{la.Integer, primary_key = true},
      __mapper_args__ = {allow_partial_pks = allowed},
    })
    local Thing = Base:class("Thing", {
      __tablename__ = "thing",
      id = la.Column{la.Integer, primary_key = true},
      x = la.Column{la.Integer},
      y = la.Column{la.Integer},
      place = la.relationship{"Place"},
      __table_args__ = {la.ForeignKeyConstraint({"x", "y"}, {"place.x", "place.y"})},
    })
    local statements = {}
    local session = open(Base, statements)
    session:add_all{Thing{id = 1, x = 5}, Thing{id = 2}}
    session:flush()
    session:expunge_all()
    local some, none = session:get(Thing, 1), session:get(Thing, 2)
    statements[1], statements[2], statements[3] = nil, nil, nil
    assert.is_nil(none.place)
    assert.is_nil(some.place)
    session:close()
    return statements
  end

  it("is looked for where such keys are allowed", function()
    assert.same({"SELECT place.x AS place_x, place.y AS place_y FROM place WHERE place.x = ? AND place.y IS NULL"},
      asked(true))
  end)

  it("is none where they are not", function() assert.same({}, asked(false)) end)
end)

describe("objects", function()
  local Base = la.declarative_base()
  local Thing = Base:class("Thing", {
    __tablename__ = "thing",
    id = la.Column{la.Integer, primary_key = true},
    name = la.Column{la.String},
  })

  it("that bulk_save_objects gave their keys to have an identity", function()
    local session = open(Base, {})
    local things = {Thing{name = "a"}, Thing{name = "b"}}
    session:bulk_save_objects(things, {return_defaults = true})
    local state = la.inspect(things[2])
    assert.same({Thing, {2}}, {state.identity_key[1], state.identity_key[2]})
    assert.is_true(state.detached)
    assert.is_nil(state.session)
    session:close()
  end)

  it("of two columns with one name in a bundle: the last is meant", function()
    local session = open(Base, {})
    session:add_all{Thing{id = 1, name = "a"}, Thing{id = 2, name = "a"}}
    local other = la.aliased(Thing)
    local both = la.Bundle("both", Thing.id, other.id)
    local row = session:execute(la.select(both):where(Thing.id:eq(1), other.id:eq(2))):one()
    assert.same({1, 2, 2}, {row.both[1], row.both[2], row.both.id})
    session:close()
  end)

  it("are mapped to something that has columns", function()
    local registry, Plain = la.registry(), la.class("Plain", {})
    for given, shown in pairs{thing = "'thing'", [Thing] = tostring(Thing)} do
      local ok, e = pcall(registry.map_imperatively, registry, Plain, given)
      assert.is_false(ok)
      assert.equal("FROM expression, such as a Table or alias() object expected for argument 'local_table'; got "
        .. shown .. ".", tostring(e))
    end
  end)
end)

describe("with_polymorphic{name, flat}", function()
  it("names the class, not its tables", function()
    local Base = la.declarative_base()
    local Thing = Base:class("Thing", {
      __tablename__ = "thing",
      id = la.Column{la.Integer, primary_key = true},
      type = la.Column{la.String},
      __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "thing"},
    })
    local Box = Thing:class("Box", {
      __tablename__ = "box",
      id = la.Column{la.ForeignKey("thing.id"), primary_key = true},
      __mapper_args__ = {polymorphic_identity = "box"},
    })
    local poly = la.with_polymorphic(Thing, {Box}, {name = "p", flat = true})
    assert.equal("SELECT thing_1.id, thing_1.type, box_1.id AS id_1 FROM thing AS thing_1 "
      .. "LEFT OUTER JOIN box AS box_1 ON thing_1.id = box_1.id", (tostring(la.select(poly)):gsub("%s+", " ")))
  end)
end)
