CREATE TABLE orders (
  id       VARCHAR(64) NOT NULL PRIMARY KEY,
  customer VARCHAR(64) NOT NULL
);

CREATE TABLE order_line (
  order_id VARCHAR(64) NOT NULL,
  article  VARCHAR(64) NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (order_id, article)
);
