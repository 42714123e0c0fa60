"""JMAP for Mail (RFC 8621): one page a family of methods; `methods.methods` lists them."""
