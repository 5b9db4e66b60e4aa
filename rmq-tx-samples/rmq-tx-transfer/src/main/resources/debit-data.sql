-- On the first start only.
INSERT INTO account (id, balance) SELECT 'alice', 1000.00 FROM DUAL
  WHERE NOT EXISTS (SELECT 1 FROM account WHERE id = 'alice');
