CREATE TABLE cart_item (
  customer VARCHAR(64) NOT NULL,
  article  VARCHAR(64) NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (customer, article)
);
