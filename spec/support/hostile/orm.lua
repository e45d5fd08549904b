-- Positions in the ORM: names of attributes and columns, discriminators, keys, criteria.
local la = require "lualchemy"

local positions = {}

local function position(name, run, options)
  options = options or {}
  positions[#positions + 1] = {name = name, run = run, kind = options.kind or "name", only = options.only,
    refuses = options.refuses}
end

--- Calls fn(session, class, …) with a session in the bench's transaction.
local function with_session(bench, fn, ...)
  local session = la.Session(bench.conn, {join_transaction_mode = "create_savepoint"})
  local results = {pcall(fn, session, ...)}
  session:close()
  if not results[1] then error(results[2], 0) end
  return results[2]
end

local function base_of(bench, make)
  local Base = la.declarative_base()
  local class = make(Base)
  Base.metadata:create_all(bench.conn)
  return class
end

position("the column of an attribute", function(bench, s)
  local Thing = base_of(bench, function(Base)
    return Base:class("Thing", {
      __tablename__ = bench.fresh("thing"),
      id    = la.Column{la.Integer, primary_key = true},
      value = la.Column{s, la.Text},
    })
  end)
  return with_session(bench, function(session)
    local thing = Thing{value = "a"}
    session:add(thing)
    session:flush()
    thing.value = "b"
    session:flush()
    session:expire_all()
    assert(thing.value == "b")
    assert(session:scalar(la.select(la.func.count(Thing.id)):where(Thing.value:eq("b"))) == 1)
    session:execute(la.update(Thing):where(Thing.value:eq("b")):values{value = "c"})
    assert(session:query(Thing):filter_by{value = "c"}:order_by(Thing.value):one() == thing)
    session:delete(thing)
    session:flush()
    return s
  end)
end)

position("an attribute", function(bench, s)
  local Thing = base_of(bench, function(Base)
    return Base:class("Thing", {
      __tablename__ = bench.fresh("thing"),
      id  = la.Column{la.Integer, primary_key = true},
      [s] = la.Column{"plain", la.Text},
    })
  end)
  return with_session(bench, function(session)
    local thing = Thing{[s] = "a"}
    session:add(thing)
    session:commit()
    thing[s] = thing[s] .. "b"
    session:commit()
    local row = session:execute(la.select(Thing[s], Thing.id)):one()
    assert(row._mapping[s] == "ab" and session:query(Thing):filter_by{[s] = "ab"}:one() == thing)
    assert(la.inspect(thing).attrs[s].value == "ab")
    return session:execute(la.select(Thing[s])):keys()[1]
  end)
end, {refuses = function(_, s) return s:find("^__") end})

position("a class's table", function(bench, s)
  local Parent = base_of(bench, function(Base)
    local Parent = Base:class("Parent", {
      __tablename__ = s,
      id       = la.Column{la.Integer, primary_key = true},
      children = la.relationship{"Child"},
    })
    Base:class("Child", {
      __tablename__ = bench.fresh("child"),
      id        = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey(Parent.__table__.c.id)},
    })
    return Parent
  end)
  return with_session(bench, function(session)
    local Child = Parent.children.property.mapper.class_
    session:add(Parent{children = {Child{}, Child{}}})
    session:commit()
    session:expunge_all()
    for _, load in ipairs{la.joinedload, la.selectinload, la.subqueryload, la.lazyload} do
      local parent = session:scalars(la.select(Parent):options(load(Parent.children))):unique():one()
      assert(#parent.children == 2)
      session:expunge_all()
    end
    return session:scalars(la.select(Parent):join(Parent.children):distinct()):one() and s
  end)
end)

position("a discriminator", function(bench, s)
  local Sub
  local Thing = base_of(bench, function(Base)
    local Thing = Base:class("Thing", {
      __tablename__ = bench.fresh("thing"),
      id   = la.Column{la.Integer, primary_key = true},
      kind = la.Column{la.Text},
      __mapper_args__ = {polymorphic_on = "kind", polymorphic_identity = "base of all"},
    })
    Sub = Thing:class("Sub", {__mapper_args__ = {polymorphic_identity = s}})
    return Thing
  end)
  return with_session(bench, function(session)
    session:add_all{Thing{}, Sub{}}
    session:commit()
    session:expunge_all()
    assert(session:scalar(la.select(la.func.count(Sub.id))) == 1)
    local all = session:scalars(la.select(Thing):order_by(Thing.id)):all()
    assert(Sub:is(all[2]) and not Sub:is(all[1]))
    return all[2].kind
  end)
end, {kind = "value"})

position("a primary key", function(bench, s)
  local Thing = base_of(bench, function(Base)
    return Base:class("Thing", {
      __tablename__ = bench.fresh("thing"),
      a = la.Column{la.Text, primary_key = true},
      b = la.Column{la.Text, primary_key = true},
    })
  end)
  return with_session(bench, function(session)
    session:add_all{Thing{a = s, b = "x"}, Thing{a = "x", b = s .. "y"}}
    session:commit()
    local one = session:get(Thing, {s, "x"})
    assert(one and session:get(Thing, {a = "x", b = s .. "y"}) ~= one and session:get(Thing, {s .. "x", ""}) == nil)
    session:expire(one)
    return one.a
  end)
end, {kind = "value", refuses = function(_, s) return #s > 2000 end})

position("the key of a collection", function(bench, s)
  local Parent = base_of(bench, function(Base)
    local Parent = Base:class("Parent", {
      __tablename__ = bench.fresh("parent"),
      id    = la.Column{la.Integer, primary_key = true},
      notes = la.relationship{"Note", collection_class = la.attribute_keyed_dict("word")},
    })
    Base:class("Note", {
      __tablename__ = bench.fresh("note"),
      id        = la.Column{la.Integer, primary_key = true},
      parent_id = la.Column{la.Integer, la.ForeignKey(Parent.__table__.c.id)},
      word      = la.Column{la.Text},
    })
    return Parent
  end)
  return with_session(bench, function(session)
    local Note = Parent.notes.property.mapper.class_
    local parent = Parent()
    parent.notes[s] = Note{word = s}
    session:add(parent)
    session:commit()
    return parent.notes[s].word
  end)
end, {kind = "value"})

position("the name of an entity's alias", function(bench, s)
  local Thing = base_of(bench, function(Base)
    return Base:class("Thing", {__tablename__ = bench.fresh("thing"), id = la.Column{la.Integer, primary_key = true}})
  end)
  return with_session(bench, function(session)
    session:add(Thing{})
    session:flush()
    local T = la.aliased(Thing, {name = s})
    return session:scalars(la.select(T):where(T.id:gt(0))):one() and s
  end)
end)

return positions
