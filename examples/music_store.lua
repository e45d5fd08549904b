-- music_store.lua - a small shop: accounts, albums, purchases, password resets, a daily report.
--   lua5.4 examples/music_store.lua [--url URL]
local la = require "lualchemy"

local url = "sqlite://"
for i = 1, #arg do
  if arg[i] == "--url" then url = arg[i + 1] end
end

local Base = la.declarative_base()

local Account = Base:class("Account", {
  __tablename__ = "account",
  id        = la.Column{la.Integer, primary_key = true, autoincrement = true},
  email     = la.Column{la.String(120), nullable = false, unique = true, index = true},
  name      = la.Column{la.String(60), nullable = false},
  created   = la.Column{la.DateTime, nullable = false, default = la.datetime.now},
  purchases = la.relationship{"Purchase", back_populates = "account", order_by = "Purchase.id"},
  resets    = la.relationship{"PasswordReset", back_populates = "account", cascade = "all, delete-orphan"},
})

local Album = Base:class("Album", {
  __tablename__ = "album",
  id     = la.Column{la.Integer, primary_key = true, autoincrement = true},
  name   = la.Column{la.String(120), nullable = false, index = true},
  artist = la.Column{la.String(120), nullable = false},
  price  = la.Column{la.Numeric(8, 2), nullable = false},
  tracks = la.relationship{"Track", back_populates = "album", order_by = "Track.position",
    cascade = "all, delete-orphan"},
  __table_args__ = {la.UniqueConstraint("artist", "name")},
})

local Track = Base:class("Track", {
  __tablename__ = "track",
  id       = la.Column{la.Integer, primary_key = true, autoincrement = true},
  album_id = la.Column{la.Integer, la.ForeignKey("album.id"), nullable = false},
  position = la.Column{la.Integer, nullable = false},
  title    = la.Column{la.String(200), nullable = false},
  album    = la.relationship{"Album", back_populates = "tracks"},
})

local Purchase = Base:class("Purchase", {
  __tablename__ = "purchase",
  id         = la.Column{la.Integer, primary_key = true, autoincrement = true},
  account_id = la.Column{la.Integer, la.ForeignKey("account.id"), nullable = false},
  album_id   = la.Column{la.Integer, la.ForeignKey("album.id"), nullable = false},
  day        = la.Column{la.Date, nullable = false, index = true},
  paid       = la.Column{la.Numeric(8, 2), nullable = false},
  account    = la.relationship{"Account", back_populates = "purchases"},
  album      = la.relationship{"Album"},
})

local PasswordReset = Base:class("PasswordReset", {
  __tablename__ = "password_reset",
  token      = la.Column{la.String(32), primary_key = true, default = function() return la.uuid4().hex end},
  account_id = la.Column{la.Integer, la.ForeignKey("account.id"), nullable = false},
  created    = la.Column{la.DateTime, nullable = false, default = la.datetime.now},
  account    = la.relationship{"Account", back_populates = "resets"},
})

local function buy(session, account, album, day)
  session:add(Purchase{account = account, album = album, day = day, paid = album.price})
end

--- Sales of one day, by album: found through the index on the date.
local function daily_report(session, day)
  local report = la.select(Album.name, la.func.count(Purchase.id):label("sold"),
    la.func.sum(Purchase.paid):label("revenue"))
    :join(Purchase.album):where(Purchase.day:eq(day)):group_by(Album.name):order_by(Album.name)
  print("sales of " .. tostring(day))
  for row in session:execute(report) do
    print(("  %-16s %d x  %s"):format(row.name, row.sold, tostring(row.revenue)))
  end
end

local engine = la.create_engine(url)
Base.metadata:drop_all(engine)
Base.metadata:create_all(engine)

la.Session(engine, function(session)
  local ann = Account{email = "ann@example.org", name = "Ann"}
  local bob = Account{email = "bob@example.org", name = "Bob"}
  local road = Album{name = "Abbey Road", artist = "The Beatles", price = la.Decimal "9.99", tracks = {
    Track{position = 2, title = "Something"}, Track{position = 1, title = "Come Together"}}}
  local blue = Album{name = "Kind of Blue", artist = "Miles Davis", price = la.Decimal "12.50",
    tracks = {Track{position = 1, title = "So What"}}}
  session:add_all{ann, bob, road, blue}
  local monday, tuesday = la.date(2024, 5, 13), la.date(2024, 5, 14)
  buy(session, ann, road, monday)
  buy(session, bob, road, monday)
  buy(session, ann, blue, monday)
  buy(session, bob, blue, tuesday)
  session:commit()

  for _, album in ipairs(session:scalars(la.select(Album):order_by(Album.name)):all()) do
    local titles = {}
    for i, track in ipairs(album.tracks) do titles[i] = track.title end
    print(("%s by %s: %s"):format(album.name, album.artist, table.concat(titles, ", ")))
  end
  daily_report(session, monday)
  daily_report(session, tuesday)

  local reset = PasswordReset{account = ann}
  session:add(reset)
  session:commit()
  print("reset token has " .. #reset.token .. " characters, no dashes: "
    .. tostring(not reset.token:find("-", 1, true)))

  -- An address is taken only once; the session goes on after the failure.
  session:add(Account{email = "ann@example.org", name = "Another Ann"})
  local _, problem = pcall(function() session:commit() end)
  print("the address is taken:", problem and problem.kind)
  session:rollback()
  print("accounts:", session:scalar(la.select(la.func.count(Account.id))))
  print("Ann bought:", #session:scalars(la.select(Account):filter_by{email = "ann@example.org"}):one().purchases)
end)
Base.metadata:drop_all(engine)
