-- Relationships of one name that classes beside each other have.
local la = require "lualchemy"

describe("Subclasses with a relationship of the same name each", function()
  local Base = la.declarative_base()
  local D = Base:class("D", {__tablename__ = "d", id = la.Column{la.Integer, primary_key = true}})
  local A = Base:class("A", {__tablename__ = "a", id = la.Column{la.Integer, primary_key = true},
    type = la.Column{la.String}, __mapper_args__ = {polymorphic_on = "type", polymorphic_identity = "a"}})
  local function subclass(name)
    la.Table(name .. "tod", Base.metadata, la.Column(name .. "id", la.ForeignKey(name .. ".id"), {primary_key = true}),
      la.Column("did", la.ForeignKey("d.id"), {primary_key = true}))
    return A:class(name:upper(), {__tablename__ = name, id = la.Column{la.ForeignKey("a.id"), primary_key = true},
      related = la.relationship{"D", secondary = name .. "tod"}, __mapper_args__ = {polymorphic_identity = name}})
  end
  local B, C = subclass("b"), subclass("c")
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  la.Session(engine, function(session)
    local d = D{id = 1}
    session:add_all{B{id = 1, related = {d}}, C{id = 2, related = {d}}}
    session:commit()
  end)
  local statements
  la.event.listen(engine, "before_cursor_execute", function(_, _, sql) statements[#statements + 1] = sql end)

  --- Reads all with an option for those relationships; how many statements that takes.
  local function read(option, wp, ...)
    statements = {}
    local options = {}
    for i, relation in ipairs{...} do options[i] = option(relation) end
    la.Session(engine, function(session)
      for _, a in ipairs(session:query(wp):options(require("lualchemy.compat").unpack(options)):all()) do
        assert.equal(1, a.related[1].id)
      end
    end)
    return #statements
  end

  for _, how in ipairs{{}, {flat = true}, {aliased = true}} do
    it("are loaded by options for both", function()
      local wp = la.with_polymorphic(A, {B, C}, how)
      assert.equal(1, read(la.joinedload, wp, wp.B.related, wp.C.related))
      assert.equal(3, read(la.subqueryload, wp, wp.B.related, wp.C.related))
      assert.equal(3, read(la.selectinload, wp, wp.B.related, wp.C.related))
    end)
  end

  it("are loaded by an option for one of them, the other when it is asked for", function()
    local wp = la.with_polymorphic(A, {B, C})
    assert.equal(2, read(la.joinedload, wp, wp.B.related))
    assert.equal(3, read(la.subqueryload, wp, wp.C.related))
    assert.equal(3, read(la.selectinload, wp, wp.B.related))
  end)

  it("have a subquery of their rows joined in selectin loads", function()
    read(la.selectinload, B, B.related)
    assert.equal("SELECT anon_1.a_id AS anon_1_a_id, d.id AS d_id \nFROM (SELECT a.id AS a_id, a.type AS a_type, "
      .. "b.id AS b_id \nFROM a JOIN b ON a.id = b.id) AS anon_1 JOIN btod AS btod_1 ON anon_1.b_id = btod_1.bid "
      .. "JOIN d ON d.id = btod_1.did \nWHERE anon_1.a_id IN (?)", statements[2])
  end)

  it("are read by subqueries of distinct keys where the class is an alias", function()
    local wp = la.with_polymorphic(A, {B, C}, {aliased = true})
    read(la.subqueryload, wp, wp.B.related)
    assert.truthy(statements[2]:find("SELECT DISTINCT anon_2.b_id", 1, true), statements[2])
  end)
end)
