-- No constraint makes an order's points unique: that they are granted once is the idempotency key's work alone.
CREATE TABLE points_grant (
  id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer  VARCHAR(64) NOT NULL,
  order_id  BIGINT NOT NULL,
  points    BIGINT NOT NULL
);

-- Nor here: the ids say in which order the news came, and a message that came twice would be here twice.
CREATE TABLE parcel_news (
  id        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer  VARCHAR(64) NOT NULL,
  step      INT NOT NULL,
  place     VARCHAR(64) NOT NULL
);

CREATE TABLE blocked_customer (
  customer  VARCHAR(64) NOT NULL PRIMARY KEY
);

-- At least once: one row per message, however often its handler is told.
CREATE TABLE alert (
  message_id  VARCHAR(64) NOT NULL PRIMARY KEY,
  order_id    VARCHAR(64),
  reason      VARCHAR(64) NOT NULL,
  cause       VARCHAR(1000) NOT NULL,
  raised_at   TIMESTAMP(3) NOT NULL
);

INSERT INTO blocked_customer (customer) VALUES ('blocked');
