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
end)
