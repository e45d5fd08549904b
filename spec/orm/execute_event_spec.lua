local la = require "lualchemy"

describe("do_orm_execute", function()
  local Base = la.declarative_base()
  local Note = Base:class("Note", {
    __tablename__ = "note",
    id = la.Column{la.Integer, primary_key = true},
    text = la.Column{la.String},
  })
  local session

  before_each(function()
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add_all{Note{text = "a"}, Note{text = "b"}, Note{text = "c"}}
    session:commit()
  end)
  after_each(function() session:close() end)

  local function texts(result)
    local out = {}
    for note in result:scalars() do out[#out + 1] = note.text end
    return table.concat(out, " ")
  end

  it("tells what is executed", function()
    local seen = {}
    la.event.listen(session, "do_orm_execute", function(state)
      seen[#seen + 1] = ("%s %s %s %s"):format(tostring(state.is_select), tostring(state.is_update),
        tostring(state.is_orm_statement), tostring(state.session == session))
    end)
    session:execute(la.select(Note))
    session:execute(la.update(Note):values{text = "x"})
    session:execute(la.text "select 1")
    assert.same({"true false true true", "false true true true", "false false false true"}, seen)
  end)

  it("lets another statement take the place", function()
    la.event.listen(session, "do_orm_execute", function(state)
      if state.is_select then state.statement = state.statement:where(Note.text:ne("b")):order_by(Note.id) end
    end)
    assert.equal("a c", texts(session:execute(la.select(Note))))
  end)

  it("lets a listener answer", function()
    la.event.listen(session, "do_orm_execute", function(state)
      return state:invoke_statement(state.statement:where(Note.text:eq(la.bindparam "t")), {t = "c"})
    end)
    assert.equal("c", texts(session:execute(la.select(Note))))
  end)

  it("takes execution options", function()
    local got
    la.event.listen(session, "do_orm_execute", function(state)
      got = state.execution_options.tenant
      state:update_execution_options{tenant = "t2"}
    end)
    session:execute(la.select(Note), nil, {execution_options = {tenant = "t1"}})
    assert.equal("t1", got)
  end)

  it("hears of what is loaded for objects that are there, and says so", function()
    local heard = {}
    la.event.listen(session, "do_orm_execute", function(state)
      heard[#heard + 1] = state.is_column_load and "column" or state.is_relationship_load and "relationship" or "else"
      assert.is_true(state.is_select and state.is_orm_statement)
    end)
    local function said(fn)
      heard = {}
      fn()
      return table.concat(heard, " ")
    end
    local note = session:scalars(la.select(Note)):first()
    assert.equal("else", said(function() session:query(Note):all() end))
    session:expire(note)
    assert.equal("column", said(function() return note.text end))
    assert.equal("column", said(function() session:refresh(note) end))
    session:expire(note, {"text"})
    assert.equal("column", said(function() return note.text end))
    local id = note.id
    session:expunge_all()
    assert.equal("else", said(function() session:get(Note, id) end))
    assert.equal("", said(function() session:get(Note, id) end))
  end)

  it("hears of relationships", function()
    local Wood = la.declarative_base()
    local Leaf
    local Tree = Wood:class("Tree", {
      __tablename__ = "event_tree",
      id     = la.Column{la.Integer, primary_key = true},
      leaves = la.relationship{"Leaf", back_populates = "tree"},
    })
    Leaf = Wood:class("Leaf", {
      __tablename__ = "event_leaf",
      id      = la.Column{la.Integer, primary_key = true},
      tree_id = la.Column{la.Integer, la.ForeignKey "event_tree.id"},
      tree    = la.relationship{"Tree", back_populates = "leaves"},
    })
    local engine = la.create_engine("sqlite://")
    Wood.metadata:create_all(engine)
    la.Session(engine, function(trees)
      trees:add(Tree{id = 1, leaves = {Leaf{id = 1}}})
      trees:commit()
      trees:expunge_all()
      local heard = {}
      la.event.listen(trees, "do_orm_execute", function(state)
        heard[#heard + 1] = state.is_relationship_load and "relationship" or "else"
      end)
      assert.equal(1, #trees:get(Tree, 1).leaves)
      trees:expunge_all()
      assert.equal(1, trees:get(Leaf, 1).tree.id)
      trees:expunge_all()
      trees:scalars(la.select(Tree):options(la.selectinload(Tree.leaves))):all()
      trees:expunge_all()
      trees:scalars(la.select(Tree):options(la.joinedload(Tree.leaves))):unique():all()
      assert.equal("else relationship else relationship else relationship else", table.concat(heard, " "))
    end)
  end)
end)
