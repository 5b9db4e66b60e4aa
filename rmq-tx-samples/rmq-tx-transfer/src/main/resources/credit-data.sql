-- On the first start only.
INSERT INTO account (id, balance) SELECT 'bob', 0.00 FROM DUAL
  WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = 'bob');
