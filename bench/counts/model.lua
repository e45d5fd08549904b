--- The classes and databases that the counted operations share.
local la = require "lualchemy"

local model = {la = la}

local Base = la.declarative_base()
model.User = Base:class("User", {
  __tablename__ = "users",
  id = la.Column{la.Integer, primary_key = true},
  name = la.Column{la.String(50)},
  fullname = la.Column{la.String(100)},
  addresses = la.relationship{"Address", back_populates = "user", order_by = "Address.id"},
})
model.Address = Base:class("Address", {
  __tablename__ = "addresses",
  id = la.Column{la.Integer, primary_key = true},
  email = la.Column{la.String(100)},
  user_id = la.Column{la.Integer, la.ForeignKey("users.id")},
  user = la.relationship{"User", back_populates = "addresses"},
})
model.users, model.addresses = model.User.__table__, model.Address.__table__
model.metadata = Base.metadata

--- An engine on a database in memory with n users who have two addresses each.
function model.engine(n)
  local engine = la.create_engine("sqlite://")
  Base.metadata:create_all(engine)
  local users, addresses = {}, {}
  for i = 1, n or 0 do
    users[i] = {id = i, name = "name " .. i, fullname = "full name " .. i}
    addresses[2 * i - 1] = {id = 2 * i - 1, email = "first" .. i, user_id = i}
    addresses[2 * i] = {id = 2 * i, email = "second" .. i, user_id = i}
  end
  if n then
    engine:begin(function(conn)
      conn:execute(model.users:insert(), users)
      conn:execute(model.addresses:insert(), addresses)
    end)
  end
  return engine
end

return model
