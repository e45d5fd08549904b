--- with_loader_criteria() in what a statement holds and in loads that follow it; not where an object is read again.
local la = require "lualchemy"

describe("with_loader_criteria", function()
  local User, Mail, session

  before_each(function()
    local Base = la.declarative_base()
    User = Base:class("User", {
      __tablename__ = "users",
      id = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
      mails = la.relationship("Mail"),
    })
    Mail = Base:class("Mail", {
      __tablename__ = "mails",
      id = la.Column{la.Integer, primary_key = true},
      user_id = la.Column{la.ForeignKey("users.id")},
      deleted = la.Column{la.Boolean},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    session = la.Session(engine)
    session:add(User{id = 1, name = "ada", mails = {Mail{id = 1, deleted = true}, Mail{id = 2, deleted = false}}})
    session:commit()
    session:expunge_all()
  end)

  after_each(function() session:close() end)

  it("holds in both SELECTs of a UNION", function()
    local both = la.union(la.select(User.id), la.select(User.id):where(User.id:gt(1)))
      :options(la.with_loader_criteria(User, User.name:ne("x")))
    assert.equal("SELECT users.id \nFROM users \nWHERE users.name != :name_1 UNION SELECT users.id \nFROM users \n"
      .. "WHERE users.id > :id_1 AND users.name != :name_1", tostring(both))
  end)

  it("holds in what an UPDATE or an INSERT selects from", function()
    local criteria = la.with_loader_criteria(User, User.name:ne("x"))
    local known = la.select(User.id):cte("known")
    assert.equal("WITH known AS \n(SELECT users.id AS id \nFROM users \nWHERE users.name != :name_1)\n UPDATE mails "
      .. "SET deleted=:deleted FROM known WHERE mails.user_id = known.id",
      tostring(la.update(Mail):values{deleted = true}:where(Mail.user_id:eq(known.c.id)):options(criteria)))
    assert.equal("INSERT INTO mails (user_id) SELECT users.id \nFROM users \nWHERE users.name != :name_1",
      tostring(la.insert(Mail):from_select({"user_id"}, la.select(User.id)):options(criteria)))
    assert.equal("DELETE FROM mails WHERE mails.user_id IN (SELECT users.id \nFROM users \n"
      .. "WHERE users.name != :name_1)",
      tostring(la.delete(Mail):where(Mail.user_id:in_(la.select(User.id))):options(criteria)))
  end)

  for _, option in ipairs{"selectinload", "subqueryload"} do
    it("holds in the " .. option .. " of its statement, whatever propagate_to_loaders says of later loads", function()
      local user = session:scalars(la.select(User):options(la[option](User.mails),
        la.with_loader_criteria(Mail, Mail.deleted:is_(false), {propagate_to_loaders = false}))):one()
      assert.equal(1, #user.mails)
      session:expire(user)
      assert.equal(2, #user.mails)
    end)
  end

  it("does not hold where a listener gives it to the refresh of an object", function()
    local user = session:get(User, 1)
    la.event.listen(session, "do_orm_execute", function(execution)
      execution.statement = execution.statement:options(la.with_loader_criteria(User, User.id:ne(1)))
    end)
    session:refresh(user)
    session:expire(user)
    assert.equal("ada", user.name)
    assert.is_nil(session:scalars(la.select(User)):first())
  end)

  it("holds in the statement of from_statement()", function()
    local users = session:query(User):from_statement(la.union(la.select(User), la.select(User)))
      :options(la.with_loader_criteria(User, User.id:ne(1))):all()
    assert.equal(0, #users)
  end)

  it("is no option of a relationship's options", function()
    local ok, e = pcall(function()
      return la.selectinload(User.mails):options(la.with_loader_criteria(Mail, Mail.deleted:is_(false)))
    end)
    assert.is_false(ok)
    assert.truthy(tostring(e):find("is not compatible with the Load.options() method.", 1, true))
  end)
end)
