"""Who answers for a biller: people, teams, who is there, and who is given what is new."""
